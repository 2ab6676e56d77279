import { connect, type Socket } from 'node:net';
import { constants, createInflate, type Inflate } from 'node:zlib';
import { ByteReader } from '../../src/demo/rfb/byte-reader.js';
import { decodeHextile, decodeRaw, decodeZrle, type PutPixel } from './rfb-decoders.js';
import { type Format, formatBytes, TRUE_COLOR_32 } from './rfb-formats.js';

export interface Update {
  readonly rects: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly encoding: number;
  }[];
}

/** A small RFB client for tests: keeps its own picture, of 0x00RRGGBB pixels, and is strict about what it reads. */
export class RfbClient {
  readonly socket: Socket;
  readonly reader: ByteReader;
  readonly #inflate: Inflate = createInflate();
  #unpacked: Buffer[] = [];
  #format: Format = TRUE_COLOR_32;
  name = '';
  width = 0;
  height = 0;
  picture = new Uint32Array(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new ByteReader(socket);
    socket.on('error', () => {});
    this.#inflate.on('data', (chunk: Buffer) => this.#unpacked.push(chunk));
  }

  /** Connects, without a word. */
  static async dial(port: number): Promise<RfbClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RfbClient(socket);
  }

  /** Connects and shakes hands as a client of RFB 3.8. */
  static async open(port: number): Promise<RfbClient> {
    const client = await RfbClient.dial(port);
    await client.line();
    client.send('RFB 003.008\n');
    await client.reader.bytes(await client.reader.uint8());
    client.send([1]);
    await client.reader.bytes(4);
    client.send([1]);
    await client.readInit();
    return client;
  }

  send(bytes: string | readonly number[] | Buffer): void {
    this.socket.write(
      typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes),
    );
  }

  async line(): Promise<string> {
    return (await this.reader.bytes(12)).toString('latin1');
  }

  /** A text with its length before it. */
  async reason(): Promise<string> {
    return (await this.reader.bytes((await this.reader.bytes(4)).readUInt32BE())).toString(
      'latin1',
    );
  }

  async readInit(): Promise<void> {
    const head = await this.reader.bytes(20);
    this.width = head.readUInt16BE(0);
    this.height = head.readUInt16BE(2);
    this.name = await this.reason();
    this.picture = new Uint32Array(this.width * this.height);
  }

  setFormat(format: Format): void {
    this.#format = format;
    this.send([0, 0, 0, 0, ...formatBytes(format)]);
  }

  setEncodings(...encodings: number[]): void {
    const message = Buffer.alloc(4 + 4 * encodings.length);
    message[0] = 2;
    message.writeUInt16BE(encodings.length, 2);
    for (const [index, encoding] of encodings.entries()) {
      message.writeInt32BE(encoding, 4 + 4 * index);
    }
    this.send(message);
  }

  request(incremental: boolean, x = 0, y = 0, width = this.width, height = this.height): void {
    const message = Buffer.from([3, incremental ? 1 : 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (const [index, value] of [x, y, width, height].entries()) {
      message.writeUInt16BE(value, 2 + 2 * index);
    }
    this.send(message);
  }

  key(keysym: number, down = true): void {
    const message = Buffer.from([4, down ? 1 : 0, 0, 0, 0, 0, 0, 0]);
    message.writeUInt32BE(keysym, 4);
    this.send(message);
  }

  pointer(x: number, y: number, buttons = 0): void {
    this.send([5, buttons, x >> 8, x & 255, y >> 8, y & 255]);
  }

  /** Whether these are the pixels of the picture. A matcher takes a second for so many numbers. */
  shows(pixels: Uint32Array): boolean {
    return bytesOf(this.picture).equals(bytesOf(pixels));
  }

  /** Reads one FramebufferUpdate into the picture. */
  async update(): Promise<Update> {
    const head = await this.reader.bytes(4);
    if (head[0] !== 0) throw new Error(`message ${head[0]} instead of an update`);
    const rects: Update['rects'] = [];
    for (let left = head.readUInt16BE(2); left > 0; left--) rects.push(await this.#rect());
    return { rects };
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    this.socket.on('readable', () => this.socket.read());
    this.socket.read();
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  destroy(): void {
    this.socket.destroy();
    this.#inflate.destroy();
  }

  async #rect(): Promise<Update['rects'][number]> {
    const head = await this.reader.bytes(12);
    const [x = 0, y = 0, width = 0, height = 0] = [0, 2, 4, 6].map((at) => head.readUInt16BE(at));
    const rect = { x, y, width, height, encoding: head.readInt32BE(8) };
    if (x + width > this.width || y + height > this.height)
      throw new Error('rectangle outside the picture');
    const put: PutPixel = (px, py, color) => {
      this.picture[(y + py) * this.width + x + px] = color;
    };
    if (rect.encoding === 0) await decodeRaw(this.reader, rect, this.#format, put);
    else if (rect.encoding === 5) await decodeHextile(this.reader, rect, this.#format, put);
    else if (rect.encoding === 16) decodeZrle(await this.#unpack(), rect, this.#format, put);
    else throw new Error(`encoding ${rect.encoding} was not asked for`);
    return rect;
  }

  async #unpack(): Promise<Buffer> {
    const packed = await this.reader.bytes((await this.reader.bytes(4)).readUInt32BE());
    this.#unpacked = [];
    this.#inflate.write(packed);
    await new Promise<void>((resolve) => this.#inflate.flush(constants.Z_SYNC_FLUSH, resolve));
    return Buffer.concat(this.#unpacked);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
