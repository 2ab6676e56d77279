import type { Framebuffer } from '../../picture/framebuffer.js';
import type { Rect } from '../../picture/rect.js';

/** The tiles of `side` pixels that a rectangle is cut into, row by row; the last ones may be smaller. */
export function* tiles(rect: Rect, side: number): Generator<Rect> {
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  for (let y = rect.y; y < bottom; y += side) {
    for (let x = rect.x; x < right; x += side) {
      yield { x, y, width: Math.min(side, right - x), height: Math.min(side, bottom - y) };
    }
  }
}

/** The pixels of a tile, line by line. */
export function pixelsOf(picture: Framebuffer, tile: Rect): Uint32Array {
  const pixels = new Uint32Array(tile.width * tile.height);
  for (let line = 0; line < tile.height; line++) {
    const start = (tile.y + line) * picture.width + tile.x;
    pixels.set(picture.pixels.subarray(start, start + tile.width), line * tile.width);
  }
  return pixels;
}

/** The different colors among `pixels` in the order of their coming, or undefined when they are more than `max`. */
export function colorsOf(pixels: Uint32Array, max: number): number[] | undefined {
  const colors = new Set<number>();
  for (const pixel of pixels) {
    colors.add(pixel);
    if (colors.size > max) return undefined;
  }
  return [...colors];
}
