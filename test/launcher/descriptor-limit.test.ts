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

test.each([
  ['-n 256', 'ulimit -n'],
  ['-f 300', 'ulimit -f'],
])('a limit that leaves no room for wswrap is named: ulimit %s', async (limit, name) => {
  const shell = `ulimit ${limit}; "$@"`;
  const words = [process.execPath, wswrap, '1', 'true'];
  const { exitCode, stderr } = await execa('sh', ['-c', shell, 'sh', ...words], { reject: false });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`(${name})`);
});
