import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { child, start, startInTerminal, until } from './child.js';

test.each([
  'SIGTERM',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
] as const)('%s sent to wswrap reaches the command, once', async (signal) => {
  const running = start(['1', ...child('count-signals', signal)], {
    buffer: { stdout: true },
    stderr: 'ignore',
  });
  await until(running.stdout, 'ready');
  running.kill(signal);
  const { stdout, exitCode } = await running;
  expect(stdout).toContain(`${signal} came 1 time(s)`);
  expect(exitCode).toBe(0);
});

requires(['script'], 'in a terminal', () => {
  test.each([
    ['Ctrl-C', '\x03', 'SIGINT'],
    ['Ctrl-\\', '\x1c', 'SIGQUIT'],
  ])('%s reaches the command, once', async (_, key, signal) => {
    const running = startInTerminal(['1', ...child('count-signals', signal)]);
    await until(running.stdout, 'ready');
    running.stdin.write(key);
    expect((await running).all).toContain(`${signal} came 1 time(s)`);
  });

  test('a signal sent to wswrap reaches the command, once', async () => {
    const running = startInTerminal([
      '1',
      'sh',
      '-c',
      `echo "launcher $PPID"; exec ${child('count-signals', 'SIGINT').join(' ')}`,
    ]);
    const seen = await until(running.stdout, 'ready');
    process.kill(Number(/launcher (\d+)/.exec(seen)?.[1]), 'SIGINT');
    expect((await running).all).toContain('SIGINT came 1 time(s)');
  });

  test('the command has the terminal: it reads the keyboard, in the foreground', async () => {
    const running = startInTerminal([
      '1',
      'sh',
      '-c',
      'echo ready; read word; test -t 0 && test -t 2 && echo "read <$word>"',
    ]);
    await until(running.stdout, 'ready');
    running.stdin.write('hello\n');
    expect((await running).all).toContain('read <hello>');
  });

  test('a command that Ctrl-C ends is reported to have ended so', async () => {
    const running = startInTerminal(['1', 'sh', '-c', 'echo ready; exec sleep 60']);
    await until(running.stdout, 'ready');
    running.stdin.write('\x03');
    expect((await running).exitCode).toBe(128 + 2);
  });

  test('a hang-up reaches the command, although the kernel tells the leader of the session only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wswrap-hang-up-'));
    const note = join(folder, 'note');
    const wait = `trap 'echo hung up > ${note}; exit' HUP; echo ready; while :; do sleep 0.1; done`;
    const running = startInTerminal(['1', 'sh', '-c', wait]);
    await until(running.stdout, 'ready');
    running.kill('SIGKILL');
    await expect.poll(() => existsSync(note), { timeout: 5000 }).toBe(true);
  });
});
