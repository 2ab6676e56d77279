import { type Framebuffer, mix } from '../picture/framebuffer.js';
import type { Actor } from './actor.js';
import { DUSK, NIGHT, STAR } from './palette.js';

const STARS = 90;

/** Draws what never moves: a night sky that grows lighter towards the horizon, with stars. */
export function paintSky(on: Framebuffer): void {
  for (let y = 0; y < on.height; y++) {
    const color = mix(NIGHT, DUSK, (y / on.height) ** 1.5);
    on.pixels.fill(color, y * on.width, (y + 1) * on.width);
  }
  for (let i = 0; i < STARS; i++) {
    const x = Math.floor(scatter(i, 1) * on.width);
    const y = Math.floor(scatter(i, 2) * on.height * 0.75);
    on.blend(x, y, STAR, 0.15 + 0.6 * scatter(i, 3));
  }
}

/** A few larger stars to the left and to the right that twinkle, each at its own pace. */
export class Twinkle implements Actor {
  draw(on: Framebuffer, now: number): void {
    for (let i = 0; i < 12; i++) {
      const inwards = Math.floor(scatter(i, 6) * on.width * 0.3);
      const x = i % 2 === 0 ? inwards : on.width - 1 - inwards;
      const y = Math.floor(scatter(i, 7) * on.height * 0.6);
      const light = 0.5 + 0.5 * Math.sin(now / (500 + 90 * i) + i);
      on.blend(x, y, STAR, 0.2 + 0.8 * light);
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        on.blend(x + dx, y + dy, STAR, 0.5 * light * light);
      }
    }
  }
}

/** A number from 0 to 1 that looks random and is the same in every run. */
function scatter(index: number, salt: number): number {
  const value = Math.sin(index * 127.1 + salt * 311.7) * 43758.5453;
  return value - Math.floor(value);
}
