import type { Framebuffer } from '../picture/framebuffer.js';
import { disc, glow } from '../picture/shapes.js';
import type { Actor } from './actor.js';
import { clientColor } from './palette.js';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly color: number;
  readonly born: number;
}

const LIFE_MS = 900;
const POINTS_MAX = 400;

/** What the pointers leave behind: sparks that shrink and go out. */
export class Trail implements Actor {
  #points: Point[] = [];

  add(client: number, x: number, y: number, now: number): void {
    this.#points.push({ x, y, color: clientColor(client), born: now });
    if (this.#points.length > POINTS_MAX) this.#points.shift();
  }

  draw(on: Framebuffer, now: number): void {
    this.#points = this.#points.filter((point) => now - point.born < LIFE_MS);
    for (const { x, y, color, born } of this.#points) {
      const left = 1 - (now - born) / LIFE_MS;
      glow(on, x, y, 6 + 14 * left, color, 0.35 * left);
      disc(on, x, y, 5 * left, color, 0.9 * left);
    }
  }
}
