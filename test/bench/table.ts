import { hasTime, type Row } from './results.js';

/** Three digits that count. */
export function digits(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** A number that may not have been measured: then a blank. */
const shown = (value: number | undefined, show: (value: number) => string) =>
  value === undefined ? '' : show(value);

export const percent = (part: number | undefined) =>
  shown(part, (value) => `${(100 * value).toFixed(0)} %`);
export const decimals = (value: number | undefined) => shown(value, (one) => one.toFixed(2));
export const spreadText = ({ spread }: Row) => shown(spread, (part) => `±${percent(part)}`);
/** Put to a number that is the load's rather than the server's. */
export const mark = (row: Row) => (hasTime(row) ? '†' : '');

/** What `cpu` is counted in. */
export const cpuUnit = ({ unit }: Row) => (unit === '/s' ? 'CPU µs' : 'CPU s/GB');

// Widths of the columns: subject or measurement, then the others.
const NAME = 36;

function columns(name: string, ...cells: string[]): string {
  return [name.padEnd(NAME), ...cells.map((cell) => cell.padStart(10))].join('').trimEnd();
}

function line(row: Row): string {
  return columns(
    `  ${row.subject}`,
    `${digits(row.median)}${mark(row)}`,
    spreadText(row),
    decimals(row.ofPlain),
    decimals(row.cpu),
    percent(row.server),
    percent(row.load),
  );
}

/** The rows of one measurement, for a terminal. */
export function table(rows: readonly Row[]): string {
  const first = rows[0];
  if (first === undefined) return '';
  const cpu = first.cpu === undefined ? '' : cpuUnit(first);
  const busy = first.server === undefined ? [] : ['server', 'load'];
  const head = columns(first.measurement, first.unit, 'spread', 'of plain', cpu, ...busy);
  return [head, ...rows.map(line), ''].join('\n');
}
