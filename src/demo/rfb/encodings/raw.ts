import type { Framebuffer } from '../../picture/framebuffer.js';
import type { Rect } from '../../picture/rect.js';
import type { ByteWriter } from '../byte-writer.js';
import type { PixelWriter } from '../pixel-writer.js';
import { EncodingNumber } from '../protocol.js';
import type { Encoder } from './encoding.js';

/** Every pixel, line by line (RFC 6143 section 7.7.1). */
export class Raw implements Encoder {
  readonly number = EncodingNumber.raw;

  encode(picture: Framebuffer, rect: Rect, pixels: PixelWriter, out: ByteWriter): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const line = y * picture.width;
      for (let x = rect.x; x < rect.x + rect.width; x++)
        pixels.pixel(out, picture.pixels[line + x] ?? 0);
    }
  }

  close(): void {}
}
