import { type ChildProcess, fork } from 'node:child_process';
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
  readonly #first: Promise<FromWorker>;
  readonly #asked = new Map<number, (answer: Answer | undefined) => void>();
  #questions = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // 'error' comes in place of 'exit' when no process could be made.
    this.ended = new Promise((resolve) => {
      child.once('exit', resolve).once('error', resolve);
    });
    this.#first = new Promise((resolve) => {
      child.once('message', resolve);
    });
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'answer') this.#settle(message.id, message);
    });
    void this.ended.then(() => {
      for (const id of this.#asked.keys()) this.#settle(id, undefined);
    });
  }

  /** It obeys from now on, in the order in which it is told. */
  static start(order: WorkerOrder, listenFds: readonly number[]): Worker {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc', ...listenFds] as const;
    const worker = new Worker(fork(PROGRAM, [], { stdio: [...stdio] }));
    worker.send(order);
    return worker;
  }

  /** Resolves when it serves. Rejects with a WswrapError when it cannot, and has ended then. */
  async ready(): Promise<void> {
    const message = await Promise.race([this.#first, this.ended.then(() => undefined)]);
    if (message?.kind === 'ready') return;
    this.#child.kill('SIGKILL');
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

  /** Unless it has ended by then. */
  killLater(ms: number): void {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), ms);
    void this.ended.then(() => clearTimeout(late));
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
