import type { ByteWriter } from './byte-writer.js';
import type { PixelFormat } from './pixel-format.js';

type Order = readonly number[];

/** Writes pixels of the framebuffer (`0x00RRGGBB`) in a client's format. */
export class PixelWriter {
  readonly #red: Uint32Array;
  readonly #green: Uint32Array;
  readonly #blue: Uint32Array;
  readonly #shifts: Order;
  readonly #compactShifts: Order;

  constructor(format: PixelFormat) {
    this.#red = table(format.red.max, format.red.shift);
    this.#green = table(format.green.max, format.green.shift);
    this.#blue = table(format.blue.max, format.blue.shift);
    this.#shifts = byteShifts(format);
    this.#compactShifts = compact(format, this.#shifts);
  }

  /** Bytes of a compact pixel. */
  get compactBytes(): number {
    return this.#compactShifts.length;
  }

  pixel(out: ByteWriter, color: number): void {
    const value = this.#value(color);
    for (const shift of this.#shifts) out.uint8((value >>> shift) & 0xff);
  }

  /** A pixel as ZRLE has it: without the byte that carries no color (RFC 6143 section 7.7.6). */
  compactPixel(out: ByteWriter, color: number): void {
    const value = this.#value(color);
    for (const shift of this.#compactShifts) out.uint8((value >>> shift) & 0xff);
  }

  #value(color: number): number {
    const red = this.#red[color >>> 16] ?? 0;
    const green = this.#green[(color >>> 8) & 0xff] ?? 0;
    return red | green | (this.#blue[color & 0xff] ?? 0);
  }
}

function table(max: number, shift: number): Uint32Array {
  return Uint32Array.from(
    { length: 256 },
    (_, level) => Math.round((level * max) / 255) * 2 ** shift,
  );
}

/** By how much to shift a pixel's value for its first byte, its second, and so on. */
function byteShifts(format: PixelFormat): Order {
  const shifts = Array.from({ length: format.bitsPerPixel / 8 }, (_, index) => 8 * index);
  return format.bigEndian ? shifts.reverse() : shifts;
}

function compact(format: PixelFormat, shifts: Order): Order {
  if (format.bitsPerPixel !== 32 || format.depth > 24) return shifts;
  const channels = [format.red, format.green, format.blue];
  const used = channels.reduce((bits, { max, shift }) => bits + max * 2 ** shift, 0);
  if (used < 2 ** 24) return shifts.filter((shift) => shift !== 24);
  if (used % 256 === 0) return shifts.filter((shift) => shift !== 0);
  return shifts;
}
