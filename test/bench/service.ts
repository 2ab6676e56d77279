import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { pinned } from './pinned.js';

/** Those that run: they must not outlive this process, however it ends. */
const running = new Set<Service>();
process.on('exit', () => {
  for (const { session } of running) for (const pid of processesOf(session)) end(pid);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** What the services have to say. */
const LOG = 'build/bench-services.log';
const log = openSync(LOG, 'w');

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** A program that listens on a port. It leads a session of its own, by which its processes are found. */
export class Service {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
    running.add(this);
  }

  /** Starts it and waits until somebody answers on the port. */
  static async start(port: number, command: readonly string[]): Promise<Service> {
    const options: SpawnOptions = { detached: true, stdio: ['ignore', log, log] };
    const service = new Service(port, pinned('server', command, options));
    const until = Date.now() + PATIENCE_MS;
    while (!(await answers(port))) {
      if (service.#process.exitCode !== null || Date.now() > until)
        throw new Error(`${command.join(' ')} does not listen on port ${port}; see ${LOG}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return service;
  }

  get session(): number {
    return this.#process.pid ?? 0;
  }

  /** Bytes of user memory, each shared page divided by the number of its users. */
  memory(): number {
    return processesOf(this.session).reduce((sum, pid) => sum + proportionalBytes(pid), 0);
  }

  async stop(): Promise<void> {
    const gone = this.#process.exitCode === null && once(this.#process, 'exit');
    for (const pid of processesOf(this.session)) end(pid);
    await gone;
    running.delete(this);
  }
}

/** True when somebody listens on that port. */
export async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function processesOf(session: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && sessionOf(pid) === session);
}

function sessionOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): state, parent and group come between the name, which may hold anything, and the session.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return 0;
  }
}

function proportionalBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return 1024 * Number(/^Pss: *(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
