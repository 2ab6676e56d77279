import { constants, createDeflate, type Deflate } from 'node:zlib';
import type { Framebuffer } from '../../picture/framebuffer.js';
import type { Rect } from '../../picture/rect.js';
import { ByteWriter } from '../byte-writer.js';
import type { PixelWriter } from '../pixel-writer.js';
import { EncodingNumber } from '../protocol.js';
import type { Encoder } from './encoding.js';
import { colorsOf, pixelsOf, tiles } from './tiles.js';

const SIDE = 64;
const PALETTE_MAX = 16;
const RAW = 0;

/** Tiles of few colors by palette, others as they are, all through one zlib stream per client (RFC 6143 section 7.7.6). */
export class Zrle implements Encoder {
  readonly number = EncodingNumber.zrle;
  readonly #plain = new ByteWriter(16384);
  readonly #deflate: Deflate;
  #packed: Buffer[] = [];

  constructor() {
    this.#deflate = createDeflate({ level: constants.Z_BEST_SPEED });
    this.#deflate.on('data', (chunk: Buffer) => this.#packed.push(chunk));
  }

  async encode(
    picture: Framebuffer,
    rect: Rect,
    pixels: PixelWriter,
    out: ByteWriter,
  ): Promise<void> {
    this.#plain.reset();
    for (const tile of tiles(rect, SIDE)) {
      writeTile(pixelsOf(picture, tile), tile.width, pixels, this.#plain);
    }
    const packed = await this.#pack(this.#plain.view());
    out.uint32(packed.length).bytes(packed);
  }

  close(): void {
    this.#deflate.destroy();
  }

  /** Compresses up to a byte boundary, so that the client can unpack all of it now. */
  async #pack(plain: Buffer): Promise<Buffer> {
    this.#packed = [];
    this.#deflate.write(plain);
    await new Promise<void>((resolve) => {
      this.#deflate.once('close', resolve);
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
        this.#deflate.off('close', resolve);
        resolve();
      });
    });
    return Buffer.concat(this.#packed);
  }
}

function writeTile(
  content: Uint32Array,
  width: number,
  pixels: PixelWriter,
  out: ByteWriter,
): void {
  const palette = colorsOf(content, PALETTE_MAX);
  if (palette === undefined) {
    out.uint8(RAW);
    for (const pixel of content) pixels.compactPixel(out, pixel);
    return;
  }
  out.uint8(palette.length);
  for (const color of palette) pixels.compactPixel(out, color);
  if (palette.length > 1) writeIndexes(content, width, palette, out);
}

/** One index per pixel, as many to a byte as fit; every line begins a new byte. */
function writeIndexes(
  content: Uint32Array,
  width: number,
  palette: number[],
  out: ByteWriter,
): void {
  const bits = palette.length === 2 ? 1 : palette.length <= 4 ? 2 : 4;
  const indexes = new Map(palette.map((color, index) => [color, index]));
  for (let line = 0; line < content.length; line += width) {
    for (let x = 0; x < width; x += 8 / bits) {
      let byte = 0;
      for (let place = 0; place < 8 / bits; place++) {
        const pixel = x + place < width ? content[line + x + place] : undefined;
        byte = (byte << bits) | (pixel === undefined ? 0 : (indexes.get(pixel) ?? 0));
      }
      out.uint8(byte);
    }
  }
}
