import { type Framebuffer, mix } from '../picture/framebuffer.js';
import { hasGlyph, text, textWidth } from '../picture/text.js';
import type { Actor } from './actor.js';
import { clientColor, INK } from './palette.js';

interface Letter {
  readonly character: string;
  readonly color: number;
  readonly born: number;
}

const SCALE = 7;
const LETTERS_MAX = 14;
const LIFE_MS = 12_000;
const FADE_MS = 2_000;
const FLASH_MS = 250;

/** What was typed last, in large letters that flash up and fade after a while. */
export class Letters implements Actor {
  readonly #y: number;
  #letters: Letter[] = [];

  constructor(y: number) {
    this.#y = y;
  }

  get words(): string {
    return this.#letters.map((letter) => letter.character).join('');
  }

  type(client: number, character: string, now: number): void {
    if (!hasGlyph(character)) return;
    this.#letters.push({ character, color: clientColor(client), born: now });
    if (this.#letters.length > LETTERS_MAX) this.#letters.shift();
  }

  erase(): void {
    this.#letters.pop();
  }

  clear(): void {
    this.#letters = [];
  }

  draw(on: Framebuffer, now: number): void {
    this.#letters = this.#letters.filter((letter) => now - letter.born < LIFE_MS);
    const advance = textWidth('MM', SCALE) - textWidth('M', SCALE);
    const left = (on.width - textWidth(this.words, SCALE)) / 2;
    this.#letters.forEach(({ character, color, born }, index) => {
      const age = now - born;
      const flash = Math.max(0, 1 - age / FLASH_MS);
      const alpha = Math.min(1, (LIFE_MS - age) / FADE_MS);
      text(
        on,
        character,
        left + index * advance,
        this.#y - 10 * flash,
        SCALE,
        mix(color, INK, flash),
        alpha,
      );
    });
  }
}
