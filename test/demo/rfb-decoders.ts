import type { ByteReader } from '../../src/demo/rfb/byte-reader.js';
import { colorOf, type Format } from './rfb-formats.js';

export type PutPixel = (x: number, y: number, color: number) => void;

interface Size {
  readonly width: number;
  readonly height: number;
}

export async function decodeRaw(
  reader: ByteReader,
  size: Size,
  format: Format,
  put: PutPixel,
): Promise<void> {
  const pixelBytes = format.bits / 8;
  for (let y = 0; y < size.height; y++) {
    const line = await reader.bytes(size.width * pixelBytes);
    for (let x = 0; x < size.width; x++) {
      put(x, y, colorOf(line.subarray(x * pixelBytes, (x + 1) * pixelBytes), format));
    }
  }
}

export async function decodeHextile(
  reader: ByteReader,
  size: Size,
  format: Format,
  put: PutPixel,
): Promise<void> {
  const pixel = async () => colorOf(await reader.bytes(format.bits / 8), format);
  let background = 0;
  let foreground = 0;
  for (let top = 0; top < size.height; top += 16) {
    for (let left = 0; left < size.width; left += 16) {
      const width = Math.min(16, size.width - left);
      const height = Math.min(16, size.height - top);
      const shifted: PutPixel = (x, y, color) => put(left + x, top + y, color);
      const flags = await reader.uint8();
      if (flags & 1) {
        await decodeRaw(reader, { width, height }, format, shifted);
        continue;
      }
      if (flags & 2) background = await pixel();
      if (flags & 4) foreground = await pixel();
      fill(0, 0, width, height, background, shifted);
      const count = flags & 8 ? await reader.uint8() : 0;
      for (let index = 0; index < count; index++) {
        const color = flags & 16 ? await pixel() : foreground;
        const [place = 0, extent = 0] = await reader.bytes(2);
        fill(place >> 4, place & 15, (extent >> 4) + 1, (extent & 15) + 1, color, shifted);
      }
    }
  }
}

/** `bytes` is what came out of the zlib stream for this rectangle; all of it has to be used. */
export function decodeZrle(bytes: Buffer, size: Size, format: Format, put: PutPixel): void {
  let at = 0;
  const pixel = () => {
    at += format.compact;
    return colorOf(bytes.subarray(at - format.compact, at), format);
  };
  for (let top = 0; top < size.height; top += 64) {
    for (let left = 0; left < size.width; left += 64) {
      const width = Math.min(64, size.width - left);
      const height = Math.min(64, size.height - top);
      const kind = bytes.readUInt8(at++);
      if (kind > 16) throw new Error(`ZRLE tile of kind ${kind}`);
      const palette = Array.from({ length: kind }, pixel);
      const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const index = (x * bits) % 8;
          const byte = kind > 1 ? bytes.readUInt8(at + Math.floor((x * bits) / 8)) : 0;
          const color =
            kind === 0 ? pixel() : palette[(byte >> (8 - bits - index)) & (2 ** bits - 1)];
          if (color === undefined) throw new Error('index outside the palette');
          put(left + x, top + y, color);
        }
        if (kind > 1) at += Math.ceil((width * bits) / 8);
      }
    }
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes left over`);
}

function fill(
  left: number,
  top: number,
  width: number,
  height: number,
  color: number,
  put: PutPixel,
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) put(x, y, color);
  }
}
