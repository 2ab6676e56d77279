import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, processTree } from '../support/process-tree.js';
import { wrapCommand, wrapServer } from '../support/wrapped.js';
import { keeperOf } from './keeper-of.js';

async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
}

test('The keeper is no child of the program, starts nothing without need, and ends with the tree', async () => {
  const server = await wrapServer('echo_thread');
  const pid = await server.serverPid();
  const keeper = keeperOf(pid);
  expect(processTree(pid)).not.toContain(keeper);
  expect(processTree(keeper)).toEqual([keeper]);
  await server.stop();
  await untilGone(keeper);
});

test('The keeper stays with a daemon, ends with it, and holds no pipe of wswrap open', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wswrap-keeper-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const daemon = (port: number) => ['python3', 'test/wrap-relay/daemon.py', String(port), pidFile];
  const wrapped = await wrapCommand(daemon);
  const { stdout, stderr } = wrapped.child;
  const ends = [stdout, stderr].map((stream) => stream && once(stream, 'close'));
  expect(await wrapped.exit).toEqual({ code: 0, signal: null });
  await Promise.all(ends);
  const pid = Number(await readFile(pidFile, 'utf8'));
  const keeper = keeperOf(pid);
  process.kill(pid, 'SIGKILL');
  await untilGone(keeper);
});
