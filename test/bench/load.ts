import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pinned, untilGone } from './pinned.js';
import type { Subject } from './subjects.js';

export interface LoadOptions {
  readonly mode: 'rtt' | 'echo' | 'sink' | 'source' | 'connect' | 'connect-close' | 'idle';
  readonly size?: number;
  readonly connections?: number;
  readonly seconds?: number;
}

/** The line of JSON that bench-load prints: see test/bench/load.c. */
export type LoadResult = Readonly<Record<string, number>>;

/** bench-load at work on a subject. */
export class Load {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #lines: AsyncIterator<string>;
  readonly #what: string;

  constructor(subject: Subject, options: LoadOptions) {
    const { dialect, service, direct } = subject;
    const all = { port: service.port, dialect, ...options, ...(direct ? { direct } : {}) };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const sessions = subject.sessions.flatMap((session) => ['--session', `${session}`]);
    this.#what = `${subject.name}: ${args.join(' ')}`;
    this.#process = pinned('load', ['build/bench-native/bench-load', ...args, ...sessions], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#gone = untilGone(this.#process);
    const output = this.#process.stdout as Readable;
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  async result(): Promise<LoadResult> {
    const line = await this.#lines.next();
    if (line.done) throw new Error(`bench-load has failed with ${this.#what}`);
    return JSON.parse(line.value) as LoadResult;
  }

  async end(): Promise<void> {
    this.#process.stdin?.end();
    await this.#gone;
  }
}

export async function runLoad(subject: Subject, options: LoadOptions): Promise<LoadResult> {
  const load = new Load(subject, options);
  try {
    return await load.result();
  } finally {
    await load.end();
  }
}
