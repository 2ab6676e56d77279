import type { Framebuffer } from '../picture/framebuffer.js';
import type { Rect } from '../picture/rect.js';
import { ByteWriter } from './byte-writer.js';
import type { Encoder } from './encodings/encoding.js';
import type { PixelWriter } from './pixel-writer.js';
import { ServerMessage } from './protocol.js';

/** Writes a FramebufferUpdate (RFC 6143 section 7.6.1). */
export async function writeUpdate(
  picture: Framebuffer,
  rects: readonly Rect[],
  encoder: Encoder,
  pixels: PixelWriter,
): Promise<Buffer> {
  const out = new ByteWriter(16384);
  out.uint8(ServerMessage.framebufferUpdate).uint8(0).uint16(rects.length);
  for (const rect of rects) {
    out.uint16(rect.x).uint16(rect.y).uint16(rect.width).uint16(rect.height).int32(encoder.number);
    await encoder.encode(picture, rect, pixels, out);
  }
  return out.view();
}
