import { describe, expect, test } from 'vitest';
import { runWswrap } from '../support/run-wswrap.js';

describe('wswrap ends as its command did', () => {
  test.each([0, 1, 7, 143, 255])('with exit code %d', async (code) => {
    expect(await runWswrap(['1', 'sh', '-c', `exit ${code}`])).toMatchObject({ exitCode: code });
  });

  test.each(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGPIPE', 'SIGSEGV'])(
    'by %s',
    async (signal) => {
      const { signal: ended } = await runWswrap([
        '1',
        'sh',
        '-c',
        `ulimit -c 0; kill -${signal.slice(3)} $$`,
      ]);
      expect(ended).toBe(signal);
    },
  );
});

describe('wswrap ends by itself', () => {
  test.each<[string, string[], number, RegExp]>([
    [
      '127 when there is no such command',
      ['1', 'no-such-command'],
      127,
      /command not found: no-such-command/,
    ],
    [
      '126 when it may not be executed',
      ['1', '/etc/passwd'],
      126,
      /\/etc\/passwd may not be executed/,
    ],
    ['126 when it is a folder', ['1', '/tmp'], 126, /is a directory/],
    ['2 when an option is wrong', ['--nonsense', '1', 'true'], 2, /--nonsense.*wswrap --help/],
    [
      '2 when the file for lines cannot be opened',
      ['--log-file', '/no/folder', '1', 'true'],
      2,
      /--log-file/,
    ],
    [
      '3 when the command cannot be wrapped',
      ['1', 'env', '-i', 'true'],
      3,
      /cannot be wrapped: .*LD_PRELOAD/,
    ],
  ])('with %s', async (_, args, code, message) => {
    const { exitCode, stderr, stdout } = await runWswrap(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^wswrap: [^\n]*$/);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  });
});
