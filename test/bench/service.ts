import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hasEnded, pinned, untilGone } from './pinned.js';

/** Those that run: they must not outlive this process, however it ends. */
const running = new Set<Service>();
process.on('exit', () => {
  for (const { session } of running) for (const pid of processesOf(session)) end(pid);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** What the services have to say. */
export const LOG = 'build/bench-services.log';
const log = openSync(LOG, 'w');

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;
// On any Linux that Node runs on.
export const TICKS_PER_SECOND = 100;

/** A program that listens on a port. It leads a session of its own, by which its processes are found. */
export class Service {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;

  private constructor(port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
    this.#gone = untilGone(process);
    running.add(this);
  }

  /** Starts it and waits until somebody answers on the port, and until it is ready. */
  static async start(
    port: number,
    command: readonly string[],
    ready?: (port: number) => Promise<void>,
  ): Promise<Service> {
    const options: SpawnOptions = { detached: true, stdio: ['ignore', log, log] };
    const service = new Service(port, pinned('server', command, options));
    try {
      await service.#listens(command.join(' '));
      await ready?.(port);
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  async #listens(command: string): Promise<void> {
    const refused = `${command} does not listen on port ${this.port}; see ${LOG}`;
    await until(async () => {
      if (await answers(this.port)) return true;
      if (this.#hasEnded) throw new Error(refused);
      return false;
    }, refused);
    if (this.#hasEnded) throw new Error(`${command} has gone to the background, out of sight`);
  }

  get #hasEnded(): boolean {
    return hasEnded(this.#process);
  }

  get session(): number {
    return this.#process.pid ?? 0;
  }

  /** Bytes of user memory, each shared page divided by the number of its users. */
  memory(): number {
    return processesOf(this.session).reduce((sum, pid) => sum + proportionalBytes(pid), 0);
  }

  /** Lets it tidy up: X has a lock, Postgres shared memory. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#kill(), PATIENCE_MS);
    await this.#gone;
    clearTimeout(timer);
    this.#kill();
    running.delete(this);
  }

  #kill(): void {
    for (const pid of processesOf(this.session)) end(pid);
  }
}

/** Resolves when it is so; rejects with the sentence when that takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  otherwise: string,
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
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

/** Those in a session, its leader, and those that they have started: Postgres gives each child a session of its own. */
function processesOf(leader: number): number[] {
  const stats = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .map((pid) => [pid, stat(pid)]),
  );
  const belongs = (pid: number | undefined): boolean => {
    const [, parent, , own] = stats.get(pid ?? 0) ?? [];
    return own !== undefined && (pid === leader || own === leader || belongs(parent));
  };
  return [...stats.keys()].filter(belongs);
}

/** What proc(5) has in `stat` behind the name, which may hold anything; nothing when it has ended. */
function stat(pid: number): readonly number[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return line
      .slice(line.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
  } catch {
    return [];
  }
}

/** Seconds that some processes have had a CPU for, with their sessions, all that they started, and those that have ended. */
export function processorSeconds(leaders: readonly number[]): number {
  const ticks = leaders
    .flatMap(processesOf)
    // utime, stime, cutime and cstime.
    .flatMap((pid) => stat(pid).slice(11, 15));
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
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
