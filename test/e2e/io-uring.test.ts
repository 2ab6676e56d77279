import { expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { runWswrap } from '../support/run-wswrap.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

test('A program that sets up an io_uring by syscall(2) is warned of', async () => {
  const server = await wrapServer('ring');
  await server.errors.line(/^wswrap: warning pid=\d+ command=ring reason="uses io_uring;/);
});

requires([serverPath('ring_library')], 'A program that is linked with liburing', () => {
  test('is warned of when it listens', async () => {
    const server = await wrapServer('ring_library');
    await server.errors.line(/^wswrap: warning pid=\d+ command=ring_library reason="has liburing/);
  });

  test('is named by --check', async () => {
    const { stdout, exitCode } = await runWswrap(['--check', '80', serverPath('ring_library')]);
    expect(stdout).toMatch(/it is linked with liburing\.so\.\d+: .*io_uring/);
    expect(exitCode).toBe(0);
  });
});
