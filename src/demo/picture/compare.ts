import type { Framebuffer } from './framebuffer.js';
import { TILE, type TileSet } from './tile-set.js';

/** Adds to `changed` every tile in which the two pictures, which are of one size, differ. */
export function compare(before: Framebuffer, after: Framebuffer, changed: TileSet): void {
  for (let row = 0; row < changed.rows; row++) {
    for (let column = 0; column < changed.columns; column++) {
      if (tileDiffers(before, after, column * TILE, row * TILE)) changed.add(column, row);
    }
  }
}

function tileDiffers(before: Framebuffer, after: Framebuffer, x: number, y: number): boolean {
  const right = Math.min(x + TILE, after.width);
  const bottom = Math.min(y + TILE, after.height);
  for (let line = y; line < bottom; line++) {
    const end = line * after.width + right;
    for (let at = line * after.width + x; at < end; at++) {
      if (before.pixels[at] !== after.pixels[at]) return true;
    }
  }
  return false;
}
