import { addon, type RecordingAbout } from '../native/addon.js';

/** The files FILE.1, FILE.2 and so on of one `--record FILE`, counted over all processes that share the counter. */
export class RecordingFiles {
  readonly #file: string;
  readonly #counterFd: number;

  /** `counterFd` is what `addon.recordingCounter()` has made, once for all processes. */
  constructor(file: string, counterFd: number) {
    this.#file = file;
    this.#counterFd = counterFd;
  }

  /** A descriptor for the pump, which closes it. Throws a system error when the file cannot be written. */
  open(about: RecordingAbout): number {
    const number = addon.recordingNumber(this.#counterFd);
    return addon.recordingCreate(`${this.#file}.${number}`, about);
  }
}
