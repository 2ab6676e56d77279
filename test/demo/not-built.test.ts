import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

test('a demo that was not built says what to type', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wswrap-demo-'));
  await mkdir(join(folder, 'bin'));
  await cp(join(root, 'bin/demo.js'), join(folder, 'bin/demo.mjs'));
  const { exitCode, stderr } = await execa({ reject: false })`node ${join(folder, 'bin/demo.mjs')}`;
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/not built yet/);
  expect(stderr).toMatch(/^ {2}npm ci$/m);
  await rm(folder, { recursive: true });
});
