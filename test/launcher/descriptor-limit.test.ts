import { execa } from 'execa';
import { expect, test } from 'vitest';
import { wswrap } from '../support/paths.js';

test.each(['2000', '1024'])(
  'the command may open as many files as the shell allows: %s',
  async (limit) => {
    const words = [process.execPath, wswrap, '-q', '1', 'sh', '-c', 'ulimit -Sn'];
    const shell = `ulimit -Sn ${limit}; "$@"; true`;
    const { stdout } = await execa('sh', ['-c', shell, 'sh', ...words]);
    expect(stdout).toBe(limit);
  },
);
