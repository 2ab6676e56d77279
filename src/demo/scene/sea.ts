import { type Framebuffer, mix } from '../picture/framebuffer.js';
import type { Actor } from './actor.js';

interface Wave {
  readonly color: number;
  readonly level: number;
  readonly height: number;
  readonly length: number;
  readonly speed: number;
}

const WAVES: readonly Wave[] = [
  { color: 0x2b2a6b, level: 84, height: 9, length: 210, speed: 26 },
  { color: 0x1f3f85, level: 62, height: 7, length: 150, speed: -38 },
  { color: 0x1a5f95, level: 40, height: 6, length: 120, speed: 54 },
];

/** Waves along the lower edge, each row of them moving at its own speed. */
export class Sea implements Actor {
  draw(on: Framebuffer, now: number): void {
    for (const wave of WAVES) this.#drawWave(on, wave, now / 1000);
  }

  #drawWave(on: Framebuffer, wave: Wave, seconds: number): void {
    const base = on.height - wave.level;
    for (let x = 0; x < on.width; x++) {
      const phase = ((x + seconds * wave.speed) / wave.length) * 2 * Math.PI;
      const crest =
        base + wave.height * Math.sin(phase) + (wave.height / 2) * Math.sin(phase * 0.5 + 1);
      const top = Math.floor(crest);
      on.blend(x, top, mix(wave.color, 0xffffff, 0.35), 1 - (crest - top));
      for (let y = top + 1; y < on.height; y++) on.pixels[y * on.width + x] = wave.color;
      on.blend(x, top + 1, 0xffffff, 0.25);
    }
  }
}
