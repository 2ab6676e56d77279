import type { Framebuffer } from '../../picture/framebuffer.js';
import type { Rect } from '../../picture/rect.js';
import type { ByteWriter } from '../byte-writer.js';
import type { PixelWriter } from '../pixel-writer.js';

/** One way to write a rectangle of the picture. An encoder belongs to one client and may keep state between calls. */
export interface Encoder {
  readonly number: number;
  encode(
    picture: Framebuffer,
    rect: Rect,
    pixels: PixelWriter,
    out: ByteWriter,
  ): void | Promise<void>;
  close(): void;
}
