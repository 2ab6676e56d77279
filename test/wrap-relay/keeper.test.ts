import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

/** A daemon, the id of its thread, and its keeper. */
async function startDaemon(...words: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'wswrap-keeper-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const daemon = (port: number) => [
    ...['python3', 'test/wrap-relay/daemon.py', String(port), pidFile, ...words],
  ];
  const wrapped = await wrapCommand(daemon, { options: ['--web', 'novnc'] });
  const { stdout, stderr } = wrapped.child;
  const ends = [stdout, stderr].map((stream) => stream && once(stream, 'close'));
  expect(await wrapped.exit).toEqual({ code: 0, signal: null });
  await Promise.all(ends);
  const thread = Number(await readFile(pidFile, 'utf8'));
  onTestFinished(() => {
    if (isAlive(thread)) process.kill(thread, 'SIGKILL');
  });
  return { thread, keeper: keeperOf(thread), port: wrapped.port };
}

/** The processes that it has a pidfd of: pidfd_open(2). */
async function watchedBy(keeper: number): Promise<number[]> {
  const folder = `/proc/${keeper}/fdinfo`;
  const infos = (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(infos))
    .flatMap((info) => /^Pid:\t(\d+)$/m.exec(info)?.[1] ?? [])
    .map(Number);
}

test.for([
  { what: 'a daemon', words: [] },
  { what: 'a daemon whose first thread has ended', words: ['leaderless'] },
])(
  'The keeper stays with $what, ends with it, and holds no pipe of wswrap open',
  async ({ words }) => {
    const { thread, keeper, port } = await startDaemon(...words);
    const status = await readFile(`/proc/${thread}/status`, 'utf8');
    const daemon = Number(/^Tgid:\t(\d+)$/m.exec(status)?.[1]);
    await expect.poll(() => watchedBy(keeper), { timeout: 20_000 }).toContain(daemon);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    process.kill(thread, 'SIGKILL');
    await untilGone(keeper);
  },
);
