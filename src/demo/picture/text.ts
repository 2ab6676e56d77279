import type { Framebuffer } from './framebuffer.js';
import { GLYPH_HEIGHT, GLYPH_WIDTH, GLYPHS } from './glyphs.js';
import { disc, fill } from './shapes.js';

/** Distance between the left edges of two letters, in dots. */
const ADVANCE = GLYPH_WIDTH + 1;

/** Writes `words`, their left top corner at x, y; a dot of the font is `scale` pixels wide. */
export function text(
  on: Framebuffer,
  words: string,
  x: number,
  y: number,
  scale: number,
  color: number,
  alpha = 1,
): void {
  const dot = scale < 4 ? squareDot : roundDot;
  [...words].forEach((letter, index) => {
    const left = x + index * ADVANCE * scale;
    eachDot(letter, (column, row) => {
      dot(on, left + column * scale, y + row * scale, scale, color, alpha);
    });
  });
}

export function textWidth(words: string, scale: number): number {
  return ([...words].length * ADVANCE - 1) * scale;
}

export function hasGlyph(letter: string): boolean {
  return Object.hasOwn(GLYPHS, letter.toUpperCase());
}

function eachDot(letter: string, visit: (column: number, row: number) => void): void {
  const rows = (GLYPHS[letter.toUpperCase()] ?? GLYPHS['?'] ?? '').split(' ');
  for (let row = 0; row < GLYPH_HEIGHT; row++) {
    for (let column = 0; column < GLYPH_WIDTH; column++) {
      if (rows[row]?.[column] === '#') visit(column, row);
    }
  }
}

function squareDot(
  on: Framebuffer,
  x: number,
  y: number,
  size: number,
  color: number,
  alpha: number,
): void {
  fill(on, Math.round(x), Math.round(y), size, size, color, alpha);
}

function roundDot(
  on: Framebuffer,
  x: number,
  y: number,
  size: number,
  color: number,
  alpha: number,
): void {
  disc(on, x + size / 2 - 0.5, y + size / 2 - 0.5, size * 0.46, color, alpha);
}
