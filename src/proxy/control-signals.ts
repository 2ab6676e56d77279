const END = ['SIGTERM', 'SIGINT'] as const;

/** What the user, or the service manager, says by signals. */
export class ControlSignals {
  /** Resolves at the first request to end. */
  readonly ended: Promise<void>;
  /** Called at each further one. */
  endAgain: () => void = () => {};
  readonly #reload: () => void;
  readonly #end: () => void;

  constructor(reload: () => void) {
    this.#reload = reload;
    let first: (() => void) | undefined;
    this.ended = new Promise((resolve) => {
      first = resolve;
    });
    this.#end = () => {
      if (first === undefined) return this.endAgain();
      first();
      first = undefined;
    };
    process.on('SIGHUP', this.#reload);
    for (const signal of END) process.on(signal, this.#end);
  }

  /** Signals do what they do by themselves again. */
  forget(): void {
    process.off('SIGHUP', this.#reload);
    for (const signal of END) process.off(signal, this.#end);
  }
}
