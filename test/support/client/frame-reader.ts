import { isUtf8 } from 'node:buffer';
import { type Dialect, type Encoding, isHixie } from './dialect.js';
import { OPCODE } from './frame.js';

/** What a server may send. A Close has code 0 when its payload is empty, and always in Hixie. */
export type ServerEvent =
  | { kind: 'data' | 'ping' | 'pong'; payload: Buffer }
  | { kind: 'close'; code: number; reason: string };

/** The server has broken the protocol. */
export class Violation extends Error {}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** The longest payload that a server of ours puts into one frame. */
const LONGEST_PAYLOAD = 65536;

function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const payload = Buffer.from(text, 'base64');
  demand(
    payload.toString('base64') === text,
    `not whole, padded base64: ${text.slice(0, 40)}… (${text.length})`,
  );
  return payload;
}

/** Turns the server's bytes into events, and accepts nothing but what it ought to send. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #closed = false;
  #fragmented = false;
  readonly #hixie: boolean;
  readonly #encoding: Encoding;

  constructor(dialect: Dialect, encoding: Encoding) {
    this.#hixie = isHixie(dialect);
    this.#encoding = encoding;
  }

  push(chunk: Buffer): ServerEvent[] {
    const events: ServerEvent[] = [];
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const length = this.#hixie ? this.#hixieLength(bytes, at) : this.#frameLength(bytes, at);
      if (length === 0) break;
      demand(!this.#closed, 'a frame after the Close');
      const frame = bytes.subarray(at, at + length);
      const event = this.#hixie ? this.#readHixie(frame) : this.#readFrame(frame);
      this.#closed = event.kind === 'close';
      events.push(event);
      at += length;
    }
    this.#rest = bytes.subarray(at);
    return events;
  }

  /** Whether the stream may end here. */
  get atBoundary(): boolean {
    return this.#rest.length === 0 && !this.#fragmented;
  }

  /** Length of the whole frame at `at`, 0 while it is not whole. */
  #frameLength(bytes: Buffer, at: number): number {
    const available = bytes.length - at;
    if (available < 2) return 0;
    const short = bytes.readUInt8(at + 1);
    demand((short & 0x80) === 0, "a server's frame is masked");
    if (short < 126) return available < 2 + short ? 0 : 2 + short;
    if (available < 10)
      return short === 126 && available >= 4 ? this.#longLength(bytes, at, 2, available) : 0;
    return this.#longLength(bytes, at, short === 126 ? 2 : 8, available);
  }

  #longLength(bytes: Buffer, at: number, form: 2 | 8, available: number): number {
    const length = form === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    demand(length >= (form === 2 ? 126 : 65536), 'a length is not in its shortest form');
    demand(
      length <=
        (this.#encoding === 'base64' ? Math.ceil(LONGEST_PAYLOAD / 3) * 4 : LONGEST_PAYLOAD),
      'a giant frame',
    );
    return available < 2 + form + length ? 0 : 2 + form + length;
  }

  #readFrame(frame: Buffer): ServerEvent {
    const first = frame.readUInt8(0);
    const opcode = first & 0x0f;
    const fin = (first & 0x80) !== 0;
    const short = frame.readUInt8(1);
    const payload = frame.subarray(short < 126 ? 2 : short === 126 ? 4 : 10);
    demand((first & 0x70) === 0, 'a reserved bit');
    if (opcode >= 8) {
      demand(fin, 'a control frame is fragmented');
      demand(payload.length <= 125, 'a control frame is too long');
      return this.#readControl(opcode, payload);
    }
    demand(payload.length > 0, 'an empty frame');
    const due = this.#encoding === 'base64' ? OPCODE.text : OPCODE.binary;
    demand(opcode === (this.#fragmented ? OPCODE.continuation : due), `opcode ${opcode}`);
    this.#fragmented = !fin;
    return { kind: 'data', payload: this.#encoding === 'base64' ? decodeBase64(payload) : payload };
  }

  #readControl(opcode: number, payload: Buffer): ServerEvent {
    if (opcode === OPCODE.ping) return { kind: 'ping', payload };
    if (opcode === OPCODE.pong) return { kind: 'pong', payload };
    demand(opcode === OPCODE.close, `opcode ${opcode}`);
    demand(payload.length !== 1, 'a Close with one byte');
    if (payload.length === 0) return { kind: 'close', code: 0, reason: '' };
    demand(isUtf8(payload.subarray(2)), 'a reason that is not UTF-8');
    return { kind: 'close', code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
  }

  #hixieLength(bytes: Buffer, at: number): number {
    if (at >= bytes.length) return 0;
    const first = bytes.readUInt8(at);
    if (first === 0xff) return bytes.length - at < 2 ? 0 : 2;
    demand(first === 0x00, `a Hixie frame that begins with ${first}`);
    const end = bytes.indexOf(0xff, at + 1);
    return end < 0 ? 0 : end + 1 - at;
  }

  #readHixie(frame: Buffer): ServerEvent {
    if (frame.readUInt8(0) === 0xff) {
      demand(frame.readUInt8(1) === 0x00, '0xff without 0x00');
      return { kind: 'close', code: 0, reason: '' };
    }
    demand(frame.length > 2, 'an empty frame');
    return { kind: 'data', payload: decodeBase64(frame.subarray(1, -1)) };
  }
}
