import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WswrapError } from '../error.js';
import type { FromWorker, ToWorker, WorkerOrder } from './messages.js';

const PROGRAM = fileURLToPath(new URL('./worker-process.js', import.meta.url));
/** For what a healthy worker answers at once. */
const ANSWER_MS = 30_000;

type Answer = Extract<FromWorker, { kind: 'answer' }>;

/** A worker process, as its supervisor sees it. */
export class Worker {
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #started = Date.now();
  readonly #asked = new Map<number, (answer: Answer | undefined) => void>();
  #questions = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'exit');
    child.on('error', () => {});
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'answer') this.#settle(message.id, message);
    });
    void this.ended.then(() => {
      for (const id of this.#asked.keys()) this.#settle(id, undefined);
    });
  }

  /** Resolves when it serves. Rejects with a WswrapError when it cannot. */
  static async start(order: WorkerOrder, listenFds: readonly number[]): Promise<Worker> {
    const child = fork(PROGRAM, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...listenFds],
    });
    const worker = new Worker(child);
    const first = once(child, 'message') as Promise<[FromWorker]>;
    worker.send(order);
    const outcome = await Promise.race([first, worker.ended]);
    const message = (Array.isArray(outcome) ? outcome[0] : undefined) as FromWorker | undefined;
    if (message?.kind === 'ready') return worker;
    child.kill('SIGKILL');
    throw message?.kind === 'failed'
      ? new WswrapError(message.code, message.message)
      : new WswrapError('system', 'a worker has ended before it could serve');
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How much it lacks of having lived for so many milliseconds. */
  youth(ms: number): number {
    return Math.max(0, this.#started + ms - Date.now());
  }

  send(message: ToWorker): void {
    // It may have ended, of which we hear in another way.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Resolves to undefined when the worker ends, or does not answer. */
  async ask(what: 'metrics' | 'check'): Promise<Answer | undefined> {
    const id = ++this.#questions;
    const late = setTimeout(() => this.#settle(id, undefined), ANSWER_MS);
    try {
      return await new Promise((resolve) => {
        this.#asked.set(id, resolve);
        this.send({ kind: 'ask', id, what });
        if (!this.#child.connected) resolve(undefined);
      });
    } finally {
      clearTimeout(late);
      this.#asked.delete(id);
    }
  }

  #settle(id: number, answer: Answer | undefined): void {
    this.#asked.get(id)?.(answer);
  }
}
