import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PidFile } from '../../src/proxy/pid-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('a pid file is removed by the process whose number it holds, and by no other', () => {
  const path = `${temporaryFolder()}/pid`;
  const file = new PidFile(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  writeFileSync(path, '1\n');
  file.remove();
  expect(readFileSync(path, 'utf8')).toBe('1\n');
  new PidFile(path).remove();
  expect(existsSync(path)).toBe(false);
});
