import { messageOf } from '../error.js';
import { addon, type RecordingAbout } from '../native/addon.js';
import type { WebsocketArrival } from '../native/pump.js';
import { endpointText } from '../relay/connection-log.js';

/** The files FILE.1, FILE.2 and so on of one `--record FILE`, counted over all processes that share the counter. */
export class RecordingFiles {
  readonly #file: string;
  readonly #counterFd: number;

  /** `counterFd` is what `addon.recordingCounter()` has made, once for all processes. */
  constructor(file: string, counterFd: number) {
    this.#file = file;
    this.#counterFd = counterFd;
  }

  /** What the pump is told in order to record. A recording that cannot be written is no reason to send a client away. */
  begin(arrival: WebsocketArrival, warn: (message: string) => void): { recordFd?: number } {
    const { dialect, subprotocol } = arrival;
    const peer = endpointText(arrival.peer);
    try {
      return { recordFd: this.open({ peer, dialect, subprotocol, startedMs: Date.now() }) };
    } catch (error) {
      warn(`${peer} is not recorded: ${messageOf(error)}`);
      return {};
    }
  }

  /** A descriptor for the pump, which closes it. Throws a system error when the file cannot be written. */
  open(about: RecordingAbout): number {
    for (;;) {
      const number = addon.recordingNumber(this.#counterFd);
      try {
        return addon.recordingCreate(`${this.#file}.${number}`, about);
      } catch (error) {
        // Recordings of an earlier run are left as they are.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
}
