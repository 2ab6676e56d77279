import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Registry } from 'prom-client';
import { messageOf } from '../error.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import type { Identity } from '../relay/identity.js';
import type { ToWorker } from './messages.js';
import type { MetricsSnapshot } from './metrics.js';
import { CLOSING_MS } from './server.js';
import type { Provisions, Service } from './service.js';
import { Worker } from './worker.js';
import { WorkerReports } from './worker-reports.js';

/** Between the start of a worker and that of the one that replaces it, so that a fault does not become a storm. */
const RESTART_MS = 1000;
/** So long a worker may take to end at once. */
const STOP_MS = 2000;

/**
 * Serves with several processes that share the listening sockets: the kernel gives a new client to one that waits. A worker
 * that dies takes its own connections with it, and is replaced.
 */
export class Supervisor implements Service {
  readonly #provisions: Provisions;
  readonly #log: ConnectionLog;
  readonly #workers = new Set<Worker>();
  readonly #reports = new WorkerReports();
  readonly #registry = new Registry();
  readonly #restarts: Counter;
  readonly #ending = new AbortController();
  #identity: Identity | undefined;

  private constructor(provisions: Provisions) {
    this.#provisions = provisions;
    this.#log = provisions.log;
    this.#identity = provisions.identity;
    this.#restarts = new Counter({
      name: 'wsproxy_workers_replaced_total',
      help: 'Workers that have died and were replaced',
      registers: [this.#registry],
    });
  }

  /** Resolves when all workers serve. Rejects with a WswrapError. */
  static async start(provisions: Provisions): Promise<Supervisor> {
    const supervisor = new Supervisor(provisions);
    try {
      const { workers } = provisions.settings;
      await Promise.all(Array.from({ length: workers }, () => supervisor.#startWorker()));
      return supervisor;
    } catch (error) {
      supervisor.stop();
      throw error;
    }
  }

  reopenLog(): void {
    this.#log.reopen();
    this.#tellAll({ kind: 'reopen-log' });
  }

  renew(identity: Identity): void {
    this.#identity = identity;
    this.#tellAll({ kind: 'renew', identity });
  }

  async drain(): Promise<void> {
    this.#end();
    this.#tellAll({ kind: 'drain' });
    this.#killLater(this.#provisions.settings.drainTimeoutMs + CLOSING_MS + STOP_MS);
    await Promise.all([...this.#workers].map((worker) => worker.ended));
  }

  stop(): void {
    this.#end();
    this.#tellAll({ kind: 'stop' });
    this.#killLater(STOP_MS);
  }

  async metrics(): Promise<MetricsSnapshot[]> {
    await Promise.all([...this.#workers].map((worker) => this.#hear(worker)));
    return [await this.#registry.getMetricsAsJSON(), ...this.#reports.all];
  }

  /** Every worker has to be well. */
  async check(): Promise<string | undefined> {
    if (this.#workers.size < this.#provisions.settings.workers) return 'a worker is being replaced';
    const answers = await Promise.all([...this.#workers].map((worker) => worker.ask('check')));
    if (answers.includes(undefined)) return 'a worker does not answer';
    return answers.find((answer) => answer?.trouble !== undefined)?.trouble;
  }

  async #hear(worker: Worker): Promise<void> {
    const answer = await worker.ask('metrics');
    // The report of one that has ended meanwhile has been counted.
    if (answer?.metrics !== undefined && this.#workers.has(worker)) {
      this.#reports.report(worker, answer.metrics);
    }
  }

  #end(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    for (const fd of this.#provisions.listenFds) closeSync(fd);
  }

  /** One that hangs hears of nothing. */
  #killLater(ms: number): void {
    for (const worker of this.#workers) worker.killLater(ms);
  }

  #tellAll(message: ToWorker): void {
    for (const worker of this.#workers) worker.send(message);
  }

  async #startWorker(): Promise<void> {
    const { log, listenFds, ...order } = this.#provisions;
    const worker = Worker.start(
      { kind: 'serve', ...order, identity: this.#identity, listeners: listenFds.length },
      listenFds,
    );
    this.#workers.add(worker);
    void worker.ended.then(() => {
      this.#workers.delete(worker);
      this.#reports.ended(worker);
    });
    await worker.ready();
    void worker.ended.then(() => this.#replace(worker));
  }

  async #replace(worker: Worker): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#log.warning(`worker ${worker.pid} has died and is replaced`);
    this.#restarts.inc();
    const { signal } = this.#ending;
    for (let wait = worker.youth(RESTART_MS); !signal.aborted; wait = RESTART_MS) {
      try {
        await sleep(wait, undefined, { signal });
        return await this.#startWorker();
      } catch (error) {
        if (!signal.aborted) this.#log.warning(`a worker cannot be started: ${messageOf(error)}`);
      }
    }
  }
}
