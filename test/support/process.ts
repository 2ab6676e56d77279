import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { onTestFailed, onTestFinished } from 'vitest';
import { Lines } from './lines.js';
import { lookAtProcesses } from './process-tree.js';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface Entry {
  pid: number;
  name: string;
}

/** Processes of the session that `leader` leads or led, zombies left out. */
function processesOfSession(leader: number): Entry[] {
  return lookAtProcesses((pid) => {
    const [, name = '?', rest] =
      /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    const [state, , , session] = rest?.split(' ') ?? [];
    return Number(session) === leader && state !== 'Z' ? { pid, name } : undefined;
  });
}

/** Those that run; when a test run is broken off they go with it. */
const running = new Set<number>();

function endAll(): void {
  for (const leader of running)
    for (const { pid } of processesOfSession(leader)) process.kill(pid, 'SIGKILL');
}
process.once('exit', endAll);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });

/** A program that the test has started, in a session of its own. When the test ends, nothing of it may be left. */
export class Program {
  readonly child: ChildProcess;
  readonly output: Lines;
  readonly errors: Lines;
  readonly exit: Promise<Exit>;
  readonly #pid: number;

  constructor(
    command: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ) {
    this.child = spawn(command, args, {
      ...options,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr, pid } = this.child;
    if (!stdout || !stderr || pid === undefined) throw new Error(`${command} does not start`);
    this.#pid = pid;
    running.add(pid);
    this.output = new Lines(stdout);
    this.errors = new Lines(stderr);
    this.exit = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    onTestFailed(() => {
      console.error(
        [command, ...args].join(' '),
        this.output.all.slice(-20),
        this.errors.all.slice(-20),
      );
    });
    onTestFinished(async () => void (await this.stop()));
  }

  get pid(): number {
    return this.#pid;
  }

  /** Ends the program with SIGTERM, and fails when other processes of its session outlive it. */
  async stop(): Promise<Exit> {
    if (this.child.exitCode === null && this.child.signalCode === null)
      process.kill(this.#pid, 'SIGTERM');
    const exit = await Promise.race([this.exit, setTimeout(5000)]);
    for (let tries = 0; tries < 50 && processesOfSession(this.#pid).length > 0; tries++)
      await setTimeout(20);
    const left = processesOfSession(this.#pid);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    running.delete(this.#pid);
    if (left.length > 0)
      throw new Error(`left over: ${left.map(({ pid, name }) => `${name} (${pid})`).join(', ')}`);
    return exit ?? this.exit;
  }
}

/** Resolves when the process waits in a system call, in which it was seen twice. */
export async function untilAsleep(pid: number): Promise<void> {
  const place = () => readFileSync(`/proc/${pid}/syscall`, 'latin1');
  for (let before = ''; ; ) {
    const now = place();
    if (now === before && !now.startsWith('running')) return;
    before = now;
    await setTimeout(20);
  }
}
