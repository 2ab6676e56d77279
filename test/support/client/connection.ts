import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A TCP connection that is read when the test wants to read, so that back-pressure is the kernel's. */
export class Connection {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  #ended = false;
  #reset = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      socket.pause();
      this.#wake?.();
    });
    socket.on('end', () => this.#finish());
    socket.on('close', () => this.#finish());
    socket.on('error', () => {
      this.#reset = true;
      this.#finish();
    });
    socket.pause();
  }

  /** Over TLS when `secure`, whatever the certificate. */
  static async open(port: number, host = '127.0.0.1', secure = false): Promise<Connection> {
    const options = { port, host, noDelay: true, allowHalfOpen: true };
    const socket = secure
      ? connectTls({ ...options, rejectUnauthorized: false })
      : connect(options);
    await once(socket, secure ? 'secureConnect' : 'connect');
    onTestFinished(() => {
      socket.destroy();
    });
    return new Connection(socket);
  }

  #finish(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next bytes, or undefined at the end of the stream. */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) return chunk;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.socket.resume();
      });
      this.#wake = undefined;
    }
  }

  /** Puts bytes back, to be read first. */
  unread(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.unshift(chunk);
  }

  /** True when the stream ended with an error (a reset) rather than in order. */
  get wasReset(): boolean {
    return this.#reset;
  }

  /** Resolves when the kernel has room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#reset || this.socket.destroyed || this.socket.write(bytes)) return;
    const over = new AbortController();
    const either = ['drain', 'close'].map((event) => once(this.socket, event, over));
    await Promise.race(either).catch(() => undefined);
    over.abort();
  }

  /** Writes pieces of these sizes (the last one again and again), each handed to the kernel before the next. */
  async writeInPieces(bytes: Uint8Array, ...sizes: number[]): Promise<void> {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[Math.min(i, sizes.length - 1)] ?? bytes.length;
      const piece = bytes.subarray(at, at + size);
      await new Promise<void>((resolve) => {
        this.socket.write(piece, () => resolve());
      });
      await setImmediate();
      at += size;
    }
  }

  /** Closes the writing side. */
  end(): void {
    this.socket.end();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}
