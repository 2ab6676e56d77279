import type { Readable } from 'node:stream';

/** The lines of a stream as they come. */
export class Lines {
  readonly all: string[] = [];
  #rest = '';
  #ended = false;
  #wake = new Set<() => void>();

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      this.all.push(...lines);
      for (const wake of [...this.#wake]) wake();
    });
    stream.on('close', () => {
      this.#ended = true;
      if (this.#rest !== '') this.all.push(this.#rest);
      for (const wake of [...this.#wake]) wake();
    });
  }

  /** Waits until the condition gives a value; throws when the stream ends before. */
  async until<T>(what: string, condition: (lines: string[]) => T | undefined): Promise<T> {
    for (;;) {
      const value = condition(this.all);
      if (value !== undefined) return value;
      if (this.#ended) throw new Error(`no ${what} in ${JSON.stringify(this.all.slice(-20))}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#wake.delete(wake);
          resolve();
        };
        this.#wake.add(wake);
      });
    }
  }

  /** The first line that matches, already there or still to come; `count` asks for the so-manieth. */
  async line(pattern: RegExp, count = 1): Promise<string> {
    return this.until(
      `${pattern}`,
      (lines) => lines.filter((line) => pattern.test(line))[count - 1],
    );
  }

  matching(pattern: RegExp): string[] {
    return this.all.filter((line) => pattern.test(line));
  }
}
