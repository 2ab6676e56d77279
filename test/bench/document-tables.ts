import { boundText, judge, measuredText, type Verdict } from './goals.js';
import { streamName } from './names.js';
import { hasTime, type Results, type Row } from './results.js';
import { decimals, digits, mark, percent, spreadText } from './table.js';

const table = (head: readonly string[], body: readonly (readonly string[])[]) =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const unique = (items: readonly string[]) => [...new Set(items)];

/** A line for each subject, a column for each measurement; blank where nothing was measured. */
function crossTable(
  rows: readonly Row[],
  measurements: readonly string[],
  heads: readonly string[],
  cell: (row: Row) => string,
): string {
  const body = unique(rows.map(({ subject }) => subject)).map((subject) => [
    subject,
    ...measurements.map((name) => {
      const row = rows.find((one) => one.subject === subject && one.measurement === name);
      return row === undefined ? '' : cell(row);
    }),
  ]);
  return table(['', ...heads], body);
}

/** The part of a measurement's name that tells it from the others of its group. */
function column(name: string, group: string): string {
  const words = new Set(group.toLowerCase().split(', '));
  const own = name.split(', ').filter((word) => !words.has(word));
  return own.length > 0 ? own.join(', ') : name;
}

const cell = (row: Row) =>
  [`${digits(row.median)}${mark(row)}`, `· ${decimals(row.ofPlain)}`, spreadText(row)]
    .join(' ')
    .trimEnd();

/** The measurements of each group. */
export function groupTables({ rows }: Results): string {
  return unique(rows.map(({ group }) => group))
    .map((group) => {
      const own = rows.filter((row) => row.group === group);
      const names = unique(own.map(({ measurement }) => measurement));
      const heads = names.map((name) => column(name, group));
      return `### ${group} (${own[0]?.unit})\n\n${crossTable(own, names, heads, cell)}\n`;
    })
    .join('\n');
}

const spent = (row: Row) => [decimals(row.cpu), percent(row.server)].filter(Boolean).join(' · ');

/** What the streams cost, and whom they keep busy. */
export function streamCosts({ rows }: Results): string {
  const columns = (['echo', 'sink', 'source'] as const).flatMap((mode) =>
    [64, 65_536].map((size) => streamName(mode, size)),
  );
  const heads = ['echo 64 B', '64 KiB', 'sink 64 B', '64 KiB', 'source 64 B', '64 KiB'];
  const own = rows.filter(({ measurement }) => columns.includes(measurement));
  return crossTable(own, columns, heads, (row) => `${spent(row)} / ${percent(row.load)}`);
}

/** What a request costs the real servers. */
export function requestCosts({ rows }: Results): string {
  const own = rows.filter(({ unit, cpu }) => unit === '/s' && cpu !== undefined);
  const names = unique(own.map(({ measurement }) => measurement));
  return crossTable(own, names, names, spent);
}

/** What became of the goals. */
export function goalTable({ rows, samples }: Results): string {
  const line = (verdict: Verdict) => {
    const { subject, base, measurement, reached } = verdict;
    const idle = rows.some(
      (row) =>
        row.measurement === measurement && [subject, base].includes(row.subject) && hasTime(row),
    );
    return [
      `${subject} beside ${base}: ${measurement}`,
      boundText(verdict),
      `${measuredText(verdict)}${idle ? ' †' : ''}`,
      reached ? 'yes' : 'no',
    ];
  };
  return table(['', 'goal', 'measured', 'reached'], judge(samples).map(line));
}
