import { RfbError } from './rfb-error.js';

interface Channel {
  readonly max: number;
  readonly shift: number;
}

/** How a client wants its pixels (RFC 6143 section 7.4). */
export interface PixelFormat {
  readonly bitsPerPixel: 8 | 16 | 32;
  readonly depth: number;
  readonly bigEndian: boolean;
  readonly red: Channel;
  readonly green: Channel;
  readonly blue: Channel;
}

export const PIXEL_FORMAT_BYTES = 16;

/** What the server offers: pixels as they lie in the framebuffer. */
export const NATIVE_FORMAT: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  bigEndian: false,
  red: { max: 255, shift: 16 },
  green: { max: 255, shift: 8 },
  blue: { max: 255, shift: 0 },
};

export function writePixelFormat(format: PixelFormat): Buffer {
  const bytes = Buffer.alloc(PIXEL_FORMAT_BYTES);
  bytes.set([format.bitsPerPixel, format.depth, format.bigEndian ? 1 : 0, 1]);
  [format.red, format.green, format.blue].forEach((channel, index) => {
    bytes.writeUInt16BE(channel.max, 4 + 2 * index);
    bytes.writeUInt8(channel.shift, 10 + index);
  });
  return bytes;
}

/** Reads the 16 bytes of a format; throws when it is not one that pixels can be made in. */
export function readPixelFormat(bytes: Buffer): PixelFormat {
  const bitsPerPixel = bytes.readUInt8(0);
  if (bitsPerPixel !== 8 && bitsPerPixel !== 16 && bitsPerPixel !== 32) {
    throw new RfbError('pixel-format', `${bitsPerPixel} bits per pixel; possible are 8, 16 and 32`);
  }
  if (bytes.readUInt8(3) === 0) throw new RfbError('pixel-format', 'color maps are not supported');
  const channel = (index: number) =>
    checked(bytes.readUInt16BE(4 + 2 * index), bytes.readUInt8(10 + index), bitsPerPixel);
  return {
    bitsPerPixel,
    depth: bytes.readUInt8(1),
    bigEndian: bytes.readUInt8(2) !== 0,
    red: channel(0),
    green: channel(1),
    blue: channel(2),
  };
}

function checked(max: number, shift: number, bitsPerPixel: number): Channel {
  const oneLessThanPowerOfTwo = max > 0 && (max & (max + 1)) === 0;
  if (!oneLessThanPowerOfTwo || shift >= bitsPerPixel || max * 2 ** shift >= 2 ** bitsPerPixel) {
    throw new RfbError(
      'pixel-format',
      `a color of maximum ${max} shifted by ${shift} in ${bitsPerPixel} bits`,
    );
  }
  return { max, shift };
}
