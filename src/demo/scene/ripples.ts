import type { Framebuffer } from '../picture/framebuffer.js';
import { ring } from '../picture/shapes.js';
import type { Actor } from './actor.js';
import { clientColor } from './palette.js';

interface Ripple {
  readonly x: number;
  readonly y: number;
  readonly color: number;
  readonly born: number;
}

const LIFE_MS = 1400;
const REACH = 90;
const RIPPLES_MAX = 24;

/** Rings that spread from where somebody clicked. */
export class Ripples implements Actor {
  #ripples: Ripple[] = [];

  add(client: number, x: number, y: number, now: number): void {
    this.#ripples.push({ x, y, color: clientColor(client), born: now });
    if (this.#ripples.length > RIPPLES_MAX) this.#ripples.shift();
  }

  draw(on: Framebuffer, now: number): void {
    this.#ripples = this.#ripples.filter((ripple) => now - ripple.born < LIFE_MS);
    for (const { x, y, color, born } of this.#ripples) {
      const age = (now - born) / LIFE_MS;
      for (const behind of [0, 0.15, 0.3]) {
        const spread = 1 - (1 - age) ** 2 - behind;
        if (spread > 0) ring(on, x, y, spread * REACH, 3, color, (1 - age) * (1 - 2 * behind));
      }
    }
  }
}
