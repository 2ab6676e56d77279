const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `end` when this process is asked to end, by Ctrl-C or otherwise, and remembers that it was. */
export class StopSignals {
  came = false;
  readonly #handler: () => void;

  constructor(end: () => void) {
    this.#handler = () => {
      this.came = true;
      end();
    };
    for (const signal of SIGNALS) process.on(signal, this.#handler);
  }

  forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.#handler);
  }
}
