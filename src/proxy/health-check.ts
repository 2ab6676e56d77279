import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { messageOf } from '../error.js';
import { addon } from '../native/addon.js';
import type { Pump } from '../native/pump.js';
import type { DialectName } from '../native/tables.js';

/** What a client of each dialect adds to its request. The Hixie keys are those of the example in draft 76. */
const REQUESTS: Readonly<Record<DialectName, readonly string[]>> = {
  rfc6455: ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
  hybi: ['Sec-WebSocket-Version: 8', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
  hixie76: ['Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5', 'Sec-WebSocket-Key2: 12998 5 Y3 1  .P00'],
  hixie75: [],
};
const KEY3 = '^n:ds[4U';

/** The proxy's own client: it takes the way that others take, through the pump to the target. */
export class HealthCheck {
  /** Nobody else knows it, so that nobody else goes unlogged. */
  readonly path = `/${randomUUID()}`;
  readonly #pump: Pump;
  readonly #dialect: DialectName;
  readonly #timeoutMs: number;

  constructor(pump: Pump, dialects: readonly DialectName[] | undefined, timeoutMs: number) {
    this.#pump = pump;
    this.#dialect = dialects?.[0] ?? 'rfc6455';
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves to why a client would not be served; undefined when it would. */
  async run(): Promise<string | undefined> {
    try {
      return await this.#connect();
    } catch (error) {
      return messageOf(error);
    }
  }

  async #connect(): Promise<string | undefined> {
    const [ours, theirs] = addon.socketPair();
    const client = new Socket({ fd: ours });
    const nobody = { address: '127.0.0.1', port: 0 };
    this.#pump.adopt(theirs, { peer: nobody, local: nobody, loopback: true, secure: true });
    client.write(this.#request());
    const status = await statusOf(client, this.#timeoutMs);
    client.destroy();
    return status;
  }

  #request(): string {
    const lines = [
      `GET ${this.path} HTTP/1.1`,
      'Host: localhost',
      'Upgrade: websocket',
      'Connection: Upgrade',
      ...REQUESTS[this.#dialect],
    ];
    return `${lines.join('\r\n')}\r\n\r\n${this.#dialect === 'hixie76' ? KEY3 : ''}`;
  }
}

/** Undefined for 101. */
function statusOf(client: Socket, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve('no answer'), timeoutMs);
    const finish = (answer: string | undefined) => {
      clearTimeout(late);
      resolve(answer);
    };
    client.once('data', (head) => {
      const [, status, reason] = /^HTTP\/1\.1 (\d+) ([^\r]*)/.exec(head.toString('latin1')) ?? [];
      finish(status === '101' ? undefined : `${status} ${reason}`);
    });
    client.once('error', () => finish('broken off'));
    client.once('end', () => finish('broken off'));
  });
}
