import { readSync } from 'node:fs';
import { Socket } from 'node:net';

/** Copies what comes from a descriptor to a stream, without keeping the process alive for it. */
export class LogCopier {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #target: NodeJS.WritableStream;

  constructor(fd: number, target: NodeJS.WritableStream) {
    this.#fd = fd;
    this.#target = target;
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.on('data', (lines) => target.write(lines));
    this.#socket.on('error', () => {});
    this.#socket.unref();
  }

  /** Copies what is there already and ends, although processes that live on may still hold the other side. */
  finish(): void {
    if (!this.#socket.destroyed) {
      for (let lines = this.#readNow(); lines.length > 0; lines = this.#readNow()) {
        this.#target.write(lines);
      }
    }
    this.#socket.destroy();
  }

  /** Empty when there is nothing, now or for ever: the descriptor does not block. */
  #readNow(): Buffer {
    const buffer = Buffer.alloc(65536);
    try {
      return buffer.subarray(0, readSync(this.#fd, buffer));
    } catch {
      return Buffer.alloc(0);
    }
  }
}
