/** A pixel format as a test names it: maximum and shift of red, green and blue. */
export interface Format {
  readonly title: string;
  readonly bits: 8 | 16 | 32;
  readonly depth: number;
  readonly bigEndian: boolean;
  readonly max: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
  /** Bytes of a pixel in ZRLE, and which byte of the value is left out there. */
  readonly compact: number;
  readonly omitted?: 'high' | 'low';
}

const full = { bits: 32, depth: 24, max: [255, 255, 255], compact: 3 } as const;

export const TRUE_COLOR_32: Format = {
  ...full,
  title: '32 bits',
  bigEndian: false,
  shift: [16, 8, 0],
  omitted: 'high',
};

export const FORMATS: readonly Format[] = [
  TRUE_COLOR_32,
  { ...full, title: '32 bits, blue first', bigEndian: false, shift: [0, 8, 16], omitted: 'high' },
  { ...full, title: '32 bits big-endian', bigEndian: true, shift: [16, 8, 0], omitted: 'high' },
  {
    ...full,
    title: '32 bits, low byte unused',
    bigEndian: false,
    shift: [24, 16, 8],
    omitted: 'low',
  },
  {
    ...full,
    title: '32 bits of depth 32',
    depth: 32,
    bigEndian: false,
    shift: [16, 8, 0],
    compact: 4,
  },
  {
    title: '16 bits',
    bits: 16,
    depth: 16,
    bigEndian: false,
    max: [31, 63, 31],
    shift: [11, 5, 0],
    compact: 2,
  },
  {
    title: '16 bits big-endian',
    bits: 16,
    depth: 16,
    bigEndian: true,
    max: [31, 63, 31],
    shift: [11, 5, 0],
    compact: 2,
  },
  {
    title: '8 bits',
    bits: 8,
    depth: 8,
    bigEndian: false,
    max: [7, 7, 3],
    shift: [0, 3, 6],
    compact: 1,
  },
];

export function formatBytes({ bits, depth, bigEndian, max, shift }: Format): number[] {
  const colors = max.flatMap((value) => [value >> 8, value & 255]);
  return [bits, depth, bigEndian ? 1 : 0, 1, ...colors, ...shift, 0, 0, 0];
}

/** The color, 0x00RRGGBB, of the pixel that these bytes are. */
export function colorOf(bytes: Buffer, format: Format): number {
  const value = format.bigEndian
    ? bytes.readUIntBE(0, bytes.length)
    : bytes.readUIntLE(0, bytes.length);
  const whole = bytes.length === 3 && format.omitted === 'low' ? value * 256 : value;
  return format.max.reduce((color, max, index) => {
    const level = Math.floor(whole / 2 ** (format.shift[index] ?? 0)) & max;
    return (color << 8) | Math.round((level * 255) / max);
  }, 0);
}

/** The nearest color to `color` that the format has. */
export function rounded(color: number, { max }: Format): number {
  return max.reduce((result, top, index) => {
    const level = Math.round((((color >> (16 - 8 * index)) & 255) * top) / 255);
    return (result << 8) | Math.round((level * 255) / top);
  }, 0);
}
