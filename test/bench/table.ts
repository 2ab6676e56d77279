import type { Row } from './results.js';

/** Three digits that count. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

const percent = (part: number) => `±${(100 * part).toFixed(0)} %`;

// Widths of the columns: subject or measurement, median, spread, ratio, CPU.
const NAME = 36;

function columns(name: string, ...cells: string[]): string {
  return [name.padEnd(NAME), ...cells.map((cell) => cell.padStart(10))].join('').trimEnd();
}

function line(row: Row): string {
  const cpu = row.cpu === undefined ? '' : row.cpu.toFixed(3);
  return columns(
    `  ${row.subject}`,
    digits(row.median),
    percent(row.spread),
    row.ofPlain.toFixed(2),
    cpu,
  );
}

/** The rows of one measurement, for a terminal. */
export function table(rows: readonly Row[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const cpu = first.cpu === undefined ? '' : 'CPU s/GB';
  const head = columns(first.measurement, first.unit, 'spread', 'of plain', cpu);
  return [head, ...rows.map(line), ''].join('\n');
}
