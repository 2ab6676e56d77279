import type { Framebuffer } from '../../picture/framebuffer.js';
import type { Rect } from '../../picture/rect.js';
import type { ByteWriter } from '../byte-writer.js';
import type { PixelWriter } from '../pixel-writer.js';
import { EncodingNumber } from '../protocol.js';
import type { Encoder } from './encoding.js';
import { colorsOf, pixelsOf, tiles } from './tiles.js';

const SIDE = 16;
const Flag = { raw: 1, background: 2, foreground: 4, subrects: 8 } as const;

/** Tiles of one color or of two; others as they are (RFC 6143 section 7.7.4). */
export class Hextile implements Encoder {
  readonly number = EncodingNumber.hextile;

  encode(picture: Framebuffer, rect: Rect, pixels: PixelWriter, out: ByteWriter): void {
    for (const tile of tiles(rect, SIDE))
      this.#tile(pixelsOf(picture, tile), tile.width, pixels, out);
  }

  close(): void {}

  #tile(content: Uint32Array, width: number, pixels: PixelWriter, out: ByteWriter): void {
    const [background, foreground] = colorsOf(content, 2) ?? [];
    if (background === undefined) {
      out.uint8(Flag.raw);
      for (const pixel of content) pixels.pixel(out, pixel);
    } else if (foreground === undefined) {
      out.uint8(Flag.background);
      pixels.pixel(out, background);
    } else {
      out.uint8(Flag.background | Flag.foreground | Flag.subrects);
      pixels.pixel(out, background);
      pixels.pixel(out, foreground);
      writeRuns(content, width, foreground, out);
    }
  }
}

/** Every horizontal run of the foreground as a rectangle of height 1. A tile has at most 128 of them. */
function writeRuns(content: Uint32Array, width: number, foreground: number, out: ByteWriter): void {
  const countAt = out.length;
  out.uint8(0);
  let count = 0;
  for (let at = 0; at < content.length; ) {
    const x = at % width;
    const y = (at - x) / width;
    let run = 0;
    while (x + run < width && content[at + run] === foreground) run++;
    if (run > 0) {
      out.uint8((x << 4) | y).uint8((run - 1) << 4);
      count++;
    }
    at += run + (x + run < width ? 1 : 0);
  }
  out.patchUint8(countAt, count);
}
