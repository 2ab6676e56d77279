import type { Results, Row } from './results.js';
import { digits } from './table.js';

const WIDTH = 760;
const MARGIN = 12;
/** Where the bars begin: right of the subjects' names. */
const BARS = 160;
const BAR = 16;
/** Room right of the longest bar, for its number. */
const NUMBER = 70;
const LONGEST = WIDTH - MARGIN - BARS - NUMBER;
/** Above the bars: title and scale. */
const HEAD = 48;

// It brings its own background, since it is shown on light pages and on dark ones.
const STYLE = `
text { fill: #1f2328 } .scale { fill: #59636e } .back { fill: #ffffff } .grid { stroke: #d1d9e0 }
.plain { fill: #6e7b88 } .wswrap { fill: #1f7a4d } .wsproxy { fill: #2b62b4 } .other { fill: #b9a27a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .scale { fill: #9aa4af } .back { fill: #151b23 } .grid { stroke: #3d444d }
.plain { fill: #8b98a5 } .wswrap { fill: #3aa76d } .wsproxy { fill: #5b8fe0 } .other { fill: #8d7b57 }
}`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function classOf(subject: string): string {
  if (subject === 'plain TCP') return 'plain';
  return /^(wswrap|wsproxy)/.exec(subject)?.[0] ?? 'other';
}

/** Logarithmic: the slowest is a thousand times slower than the fastest. From half of the least on, so that it is seen. */
class Scale {
  readonly #least: number;
  readonly #greatest: number;

  constructor(values: readonly number[]) {
    this.#least = Math.min(...values) / 2;
    this.#greatest = Math.max(...values);
  }

  length(value: number): number {
    if (value <= this.#least) return 0;
    return (LONGEST * Math.log(value / this.#least)) / Math.log(this.#greatest / this.#least);
  }

  /** Powers of ten. */
  get marks(): number[] {
    const marks: number[] = [];
    for (let power = Math.ceil(Math.log10(this.#least)); 10 ** power <= this.#greatest; power++)
      marks.push(10 ** power);
    return marks;
  }
}

function grid(scale: Scale, top: number, bottom: number): string[] {
  return scale.marks.flatMap((value) => {
    const x = (BARS + scale.length(value)).toFixed(1);
    const text = value < 1 ? `${value}` : value.toLocaleString('en');
    return [
      `<line class="grid" x1="${x}" y1="${top - 3}" x2="${x}" y2="${bottom}"/>`,
      `<text class="scale" x="${x}" y="${top - 6}" text-anchor="middle">${text}</text>`,
    ];
  });
}

function bar(row: Row, scale: Scale, y: number): string[] {
  const length = scale.length(row.median);
  return [
    `<text x="${BARS - 6}" y="${y + 12}" text-anchor="end">${escaped(row.subject)}</text>`,
    `<rect class="${classOf(row.subject)}" x="${BARS}" y="${y + 2}" width="${length.toFixed(1)}" height="${BAR - 4}"/>`,
    `<text x="${(BARS + length + 5).toFixed(1)}" y="${y + 12}">${digits(row.median)}</text>`,
  ];
}

function panel(rows: readonly Row[], top: number): string[] {
  const first = rows[0];
  if (first === undefined) return [];
  const scale = new Scale(rows.map(({ median }) => median).filter((value) => value > 0));
  const title = `${first.measurement} (${first.unit}; ${first.better} is better)`;
  const bars = top + HEAD;
  return [
    `<text x="${MARGIN}" y="${top + 22}" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    ...grid(scale, bars, bars + rows.length * BAR),
    ...rows.flatMap((row, index) => bar(row, scale, bars + index * BAR)),
  ];
}

/** A drawing of some of the measurements, for docs/performance.md. */
export function plot({ rows }: Results, measurements: readonly string[]): string {
  const lines: string[] = [];
  let top = 0;
  for (const name of measurements) {
    const own = rows.filter(({ measurement }) => measurement === name);
    if (own.length === 0) continue;
    lines.push(...panel(own, top));
    top += HEAD + own.length * BAR;
  }
  const height = top + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Measurements of ways to a TCP server</title>',
    `<style>${STYLE}\n</style>`,
    '<rect class="back" width="100%" height="100%"/>',
    ...lines,
    '</svg>\n',
  ].join('\n');
}
