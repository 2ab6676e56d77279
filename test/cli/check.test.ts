import { describe, expect, test } from 'vitest';
import { runWswrap } from '../support/run-wswrap.js';

describe('--check', () => {
  test('says that a dynamically linked program can be wrapped, and ends with 0', async () => {
    const { exitCode, stdout } = await runWswrap(['--check', '80', '/bin/true']);
    expect(stdout).toMatch(/^\/bin\/true can be wrapped:/);
    expect(exitCode).toBe(0);
  });

  test('runs nothing', async () => {
    const { stdout } = await runWswrap(['--check', '80', 'sh', '-c', 'echo run']);
    expect(stdout).not.toMatch(/^run$/m);
  });

  test('says why not, what to do, and ends with 3', async () => {
    const { exitCode, stdout } = await runWswrap(['--check', '80', 'env', '-i', 'sh']);
    expect(stdout).toMatch(/^env cannot be wrapped: .*LD_PRELOAD/);
    expect(stdout).toMatch(/Put wswrap behind it/);
    expect(exitCode).toBe(3);
  });

  test('ends with 127 when there is no such command', async () => {
    const { exitCode, stderr } = await runWswrap(['--check', '80', 'no-such-command']);
    expect(stderr).toMatch(/^wswrap: command not found: no-such-command/);
    expect(exitCode).toBe(127);
  });
});
