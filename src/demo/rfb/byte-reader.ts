import type { Readable } from 'node:stream';
import { RfbError } from './rfb-error.js';

/** Reads a stream in pieces of known size. As long as nobody reads, the stream stands still. */
export class ByteReader {
  readonly #stream: Readable;
  #wake: () => void = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    for (const event of ['readable', 'end', 'close', 'error']) stream.on(event, () => this.#wake());
  }

  /** The next `size` bytes. Rejects with `ended` when the stream ends before that. */
  async bytes(size: number): Promise<Buffer> {
    if (size === 0) return Buffer.alloc(0);
    for (;;) {
      const chunk: Buffer | null = this.#stream.read(size);
      if (chunk !== null && chunk.length === size) return chunk;
      if (chunk !== null || this.#stream.readableEnded || this.#stream.destroyed) {
        throw new RfbError(
          'ended',
          this.#stream.errored?.message ?? 'the client closed the connection',
        );
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async uint8(): Promise<number> {
    return (await this.bytes(1)).readUInt8(0);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; left -= 4096) await this.bytes(Math.min(left, 4096));
  }
}
