import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { freePort } from '../support/free-port.js';
import { requires } from '../support/requires.js';
import { runWswrap } from '../support/run-wswrap.js';
import { child, start, startInTerminal, until } from './child.js';

/** `words` with its standard error closed, as daemons have it. */
function withoutStderr(words: readonly string[]): string[] {
  return ['sh', '-c', 'exec "$@" 2>&-', 'sh', ...words];
}

function logFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'wswrap-log-')), 'log');
}

async function visit(port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  socket.close();
  await new Promise((resolve) => socket.on('close', resolve));
}

describe('the lines reach the user although the command has closed its standard error', () => {
  test('through a pipe', async () => {
    const port = await freePort();
    const { stderr } = await runWswrap([
      String(port),
      ...withoutStderr(child('listen', port, 0.3)),
    ]);
    expect(stderr).toMatch(/^wswrap: listening \S+/m);
  });

  test('in a file', async () => {
    const port = await freePort();
    const stderr = logFile();
    await start([String(port), ...withoutStderr(child('listen', port, 0.3))], {
      stderr: { file: stderr },
    });
    expect(readFileSync(stderr, 'utf8')).toMatch(/^wswrap: listening \S+/m);
  });

  test('in the file that --log-file names, to which they are added', async () => {
    const port = await freePort();
    const log = logFile();
    const words = ['--log-file', log, String(port), ...withoutStderr(child('listen', port, 0.3))];
    expect(await runWswrap(words)).toMatchObject({ stderr: '' });
    await runWswrap(words);
    expect(readFileSync(log, 'utf8').match(/^wswrap: listening/gm)).toHaveLength(2);
  });
});

requires(['script'], 'the lines reach a terminal', () => {
  test('although the command has closed its standard error', async () => {
    const port = await freePort();
    const running = startInTerminal([String(port), ...withoutStderr(child('listen', port, 0.5))]);
    expect((await running).all).toMatch(/wswrap: listening/);
  });
});

describe('a command that goes to the background', () => {
  test('goes on, and so do its lines in a file, after wswrap has ended', async () => {
    const port = await freePort();
    const log = logFile();
    const { stdout } = await runWswrap([
      '--log-file',
      log,
      String(port),
      ...child('daemon', port, 30),
    ]);
    await visit(port);
    // Killed before it has seen the visitor's end, it would write nothing of it.
    await expect
      .poll(() => readFileSync(log, 'utf8'), { timeout: 20_000 })
      .toMatch(/^wswrap: opened .*\nwswrap: closed /m);
    process.kill(Number(stdout));
  });

  test('does not keep those waiting who read what wswrap says', async () => {
    const port = await freePort();
    const running = start([String(port), ...child('daemon', port, 30)], { timeout: 20_000 });
    const { stdout, stderr, timedOut } = await running;
    await visit(port);
    process.kill(Number(stdout));
    expect(stderr).toMatch(/^wswrap: listening/);
    expect(timedOut).toBe(false);
  });
});

describe('options for the lines', () => {
  test('-q: there are none', async () => {
    const port = await freePort();
    const { stderr } = await runWswrap(['-q', String(port), ...child('listen', port, 0.3)]);
    expect(stderr).toBe('');
  });

  test('--log-format json: each is an object', async () => {
    const port = await freePort();
    const words = ['--log-format', 'json', String(port), ...child('listen', port, 0.3)];
    const { stderr } = await runWswrap(words);
    expect(JSON.parse(stderr)).toMatchObject({ event: 'listening', command: 'node' });
  });
});

test('wswrap goes on when nobody reads its standard error any more', async () => {
  const port = await freePort();
  const running = start([String(port), ...child('listen', port, 1)], { buffer: false });
  running.stderr.destroy();
  await until(running.stdout, 'ready');
  await visit(port);
  expect(await running).toMatchObject({ exitCode: 0 });
});
