import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { messageOf, WswrapError } from '../error.js';

/** A file with the number of this process. */
export class PidFile {
  readonly #path: string;
  readonly #content = `${process.pid}\n`;

  /** Throws a WswrapError when it cannot be written. */
  constructor(path: string) {
    this.#path = path;
    try {
      writeFileSync(path, this.#content);
    } catch (error) {
      const why = messageOf(error);
      throw new WswrapError('system', `--pid-file ${path} cannot be written: ${why}`, error);
    }
  }

  /** Unless a successor has written its own meanwhile: the port is free while connections still go on. */
  remove(): void {
    try {
      if (readFileSync(this.#path, 'utf8') === this.#content) unlinkSync(this.#path);
    } catch {
      /* It has gone, or lies where we may not write any more. */
    }
  }
}
