import { setTimeout as sleep } from 'node:timers/promises';
import { addon } from '../native/addon.js';
import { holdersOf } from './holders.js';
import { describeMissing, missingPorts, type Occasion } from './missing-ports.js';

/** A server that does not listen by then may have been given another port. */
const LATE_MS = 10_000;
/** So long a daemon may take to come up after the command that started it has ended. */
const SETTLE_MS = 5_000;
const LOOK_MS = 100;

/** Sees to it that a command that does not listen on the ports is reported. */
export class ListenWatch {
  readonly #stateFd: number;
  readonly #ports: readonly number[];
  readonly #report: (message: string) => void;
  readonly #ours: readonly number[];
  readonly #running = new AbortController();

  /** `ours` are processes that hold the shared state, but are not of the tree. */
  constructor(
    stateFd: number,
    ports: readonly number[],
    report: (message: string) => void,
    ours: readonly number[] = [],
  ) {
    this.#stateFd = stateFd;
    this.#ports = ports;
    this.#report = report;
    this.#ours = ours;
  }

  /** While the command runs: one report when it is late. */
  async whileRunning(): Promise<void> {
    try {
      await sleep(LATE_MS, undefined, { ref: false, signal: this.#running.signal });
    } catch {
      return;
    }
    if (this.#missing().length > 0) this.#describe({ kind: 'late', seconds: LATE_MS / 1000 });
  }

  /** When the command has ended: waits, if told so, for what it may have left in the background, then reports. */
  async whenEnded(command: string, patient: boolean): Promise<void> {
    this.#running.abort();
    const deadline = Date.now() + (patient ? SETTLE_MS : 0);
    let alone = 0;
    while (this.#missing().length > 0) {
      // Twice, since a process is hard to see in the middle of fork and exec.
      alone = holdersOf(this.#stateFd, this.#ours).length === 0 ? alone + 1 : 0;
      const late = Date.now() >= deadline;
      if (alone === 2 || (alone === 1 && late)) return this.#describe({ kind: 'ended', command });
      if (late) return this.#describe({ kind: 'background', command });
      await sleep(LOOK_MS);
    }
  }

  #missing(): number[] {
    return missingPorts(this.#ports, addon.stateListeners(this.#stateFd));
  }

  #describe(occasion: Occasion): void {
    const listeners = addon.stateListeners(this.#stateFd);
    this.#report(describeMissing(missingPorts(this.#ports, listeners), listeners, occasion));
  }
}
