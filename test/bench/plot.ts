import type { Results, Row } from './results.js';
import { digits } from './table.js';

const WIDTH = 760;
const NAMES = 130;
const BAR = 15;
const TITLE = 34;
const COLORS = new Map([
  ['plain TCP', '#5b6b7b'],
  ['wswrap', '#1f7a4d'],
  ['wsproxy', '#2b62b4'],
]);
const OTHER = '#b9a27a';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars on a logarithmic scale: the slowest is a thousand times slower than the fastest. */
function bars(rows: readonly Row[], top: number): string {
  const values = rows.map(({ median }) => median).filter((value) => value > 0);
  const least = Math.log(Math.min(...values) / 2);
  const scale = (WIDTH - NAMES - 80) / (Math.log(Math.max(...values)) - least);
  return rows
    .map((row, index) => {
      const y = top + index * BAR;
      const length = Math.max(1, (Math.log(row.median) - least) * scale);
      const color = COLORS.get(row.subject) ?? OTHER;
      return [
        `<text x="${NAMES - 6}" y="${y + 11}" text-anchor="end">${escaped(row.subject)}</text>`,
        `<rect x="${NAMES}" y="${y + 1}" width="${length.toFixed(1)}" height="${BAR - 3}" fill="${color}"/>`,
        `<text x="${(NAMES + length + 5).toFixed(1)}" y="${y + 11}">${digits(row.median)}</text>`,
      ].join('\n');
    })
    .join('\n');
}

function panel(rows: readonly Row[], top: number): string {
  const first = rows[0];
  const title = `${first?.measurement ?? ''} (${first?.unit ?? ''})`;
  return `<text x="0" y="${top + 22}" font-weight="bold">${escaped(title)}</text>\n${bars(rows, top + TITLE)}`;
}

/** A drawing of some of the measurements, for docs/performance.md. */
export function plot({ rows }: Results, measurements: readonly string[]): string {
  const panels: string[] = [];
  let top = 0;
  for (const name of measurements) {
    const own = rows.filter(({ measurement }) => measurement === name);
    if (own.length === 0) continue;
    panels.push(panel(own, top));
    top += TITLE + own.length * BAR;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top + 8}" font-family="sans-serif" font-size="11">`,
    '<title>Measurements of ways to a TCP server</title>',
    '<rect width="100%" height="100%" fill="white"/>',
    ...panels,
    '</svg>\n',
  ].join('\n');
}
