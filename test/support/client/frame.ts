export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as a client sends it; what is not given is as it ought to be. */
export interface FrameOptions {
  opcode?: number;
  fin?: boolean;
  /** The three reserved bits, 0x70 being all. */
  rsv?: number;
  /** null sends the frame unmasked. */
  mask?: number | null;
  /** Writes the length in this many bytes more than needed: 2 or 8. */
  lengthBytes?: 0 | 2 | 8;
  /** A length other than the payload's. */
  length?: bigint;
}

function applyMask(bytes: Buffer, from: number, mask: Buffer): void {
  const [a = 0, b = 0, c = 0, d = 0] = mask;
  const whole = from + ((bytes.length - from) & ~3);
  for (let i = from; i < whole; i += 4) {
    (bytes[i] as number) ^= a;
    (bytes[i + 1] as number) ^= b;
    (bytes[i + 2] as number) ^= c;
    (bytes[i + 3] as number) ^= d;
  }
  for (let i = whole; i < bytes.length; i++) (bytes[i] as number) ^= mask[(i - from) & 3] as number;
}

function shortestForm(length: number): 0 | 2 | 8 {
  if (length < 126) return 0;
  return length < 65536 ? 2 : 8;
}

/** RFC 6455, section 5.2. */
export function makeFrame(payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = OPCODE.binary, fin = true, rsv = 0, mask = 0x12345678 } = options;
  const form = options.lengthBytes ?? shortestForm(Number(options.length ?? payload.length));
  const length = options.length ?? BigInt(payload.length);
  const headerLength = 2 + form + (mask === null ? 0 : 4);
  const frame = Buffer.allocUnsafe(headerLength + payload.length);
  frame[0] = (fin ? 0x80 : 0) | rsv | opcode;
  frame[1] = (mask === null ? 0 : 0x80) | (form === 0 ? Number(length) : form === 2 ? 126 : 127);
  if (form === 2) frame.writeUInt16BE(Number(length), 2);
  if (form === 8) frame.writeBigUInt64BE(length, 2);
  frame.set(payload, headerLength);
  if (mask !== null) {
    frame.writeUInt32BE(mask >>> 0, 2 + form);
    applyMask(frame, headerLength, frame.subarray(2 + form, headerLength));
  }
  return frame;
}

/** The payload of a Close frame. */
export function closePayload(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}

/** 0x00, base64, 0xff. */
export function makeHixieFrame(payload: Uint8Array): Buffer {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('base64');
  const frame = Buffer.allocUnsafe(text.length + 2);
  frame[0] = 0x00;
  frame.write(text, 1, 'latin1');
  frame[frame.length - 1] = 0xff;
  return frame;
}

export const HIXIE_CLOSE = Buffer.from([0xff, 0x00]);
