import type { Framebuffer } from '../picture/framebuffer.js';
import { disc, glow, line, ring } from '../picture/shapes.js';
import type { Actor } from './actor.js';
import { FACE, INK, QUIET, ROSE, SUN } from './palette.js';

const TURN = 2 * Math.PI;

/** A clock that shows the time of day of the machine the server runs on. */
export class Clock implements Actor {
  readonly #x: number;
  readonly #y: number;
  readonly #radius: number;

  constructor(x: number, y: number, radius: number) {
    this.#x = x;
    this.#y = y;
    this.#radius = radius;
  }

  /** Draws what never moves. */
  paintFace(on: Framebuffer): void {
    glow(on, this.#x, this.#y, this.#radius * 1.35, 0x6a6cff, 0.35);
    disc(on, this.#x, this.#y, this.#radius, FACE);
    ring(on, this.#x, this.#y, this.#radius, 3, QUIET);
    for (let tick = 0; tick < 12; tick++) {
      const [x0, y0] = this.#at(tick / 12, 0.9);
      const [x1, y1] = this.#at(tick / 12, tick % 3 === 0 ? 0.78 : 0.85);
      line(on, x0, y0, x1, y1, tick % 3 === 0 ? 3 : 2, tick % 3 === 0 ? INK : QUIET);
    }
  }

  draw(on: Framebuffer, now: number): void {
    const seconds = localSeconds(now);
    this.#hand(on, seconds / 43200, 0.5, 6, INK);
    this.#hand(on, seconds / 3600, 0.72, 4, INK);
    this.#drawSeconds(on, seconds / 60);
    disc(on, this.#x, this.#y, 5, SUN);
  }

  /** The second hand, and a comet behind it along the rim. */
  #drawSeconds(on: Framebuffer, turn: number): void {
    for (let step = 24; step >= 0; step--) {
      const [x, y] = this.#at(turn - step / 180, 1);
      disc(on, x, y, 4 - step / 8, ROSE, 1 - step / 25);
    }
    const [tx, ty] = this.#at(turn + 0.5, 0.15);
    const [x, y] = this.#at(turn, 0.86);
    line(on, tx, ty, x, y, 2, ROSE);
  }

  #hand(on: Framebuffer, turn: number, reach: number, thickness: number, color: number): void {
    const [x, y] = this.#at(turn, reach);
    line(on, this.#x, this.#y, x, y, thickness, color);
  }

  #at(turn: number, reach: number): [number, number] {
    const distance = reach * this.#radius;
    return [this.#x + Math.sin(turn * TURN) * distance, this.#y - Math.cos(turn * TURN) * distance];
  }
}

function localSeconds(now: number): number {
  return now / 1000 - new Date(now).getTimezoneOffset() * 60;
}
