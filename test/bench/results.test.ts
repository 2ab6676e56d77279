import { expect, test } from 'vitest';
import { document, PLOTTED } from './document.js';
import { groupTables } from './document-tables.js';
import { thisMachine } from './machine.js';
import type { Measurement, Sample } from './measurement.js';
import { plot } from './plot.js';
import { type Results, toRows } from './results.js';
import { table } from './table.js';

const measurement: Measurement = {
  ...{ name: 'sink', group: 'Sink', unit: 'MB/s', better: 'more' },
  measure: () => Promise.resolve(undefined),
};
const samples = (subject: string, ...values: number[]): Sample[] =>
  values.map((value, round) => ({ measurement: 'sink', subject, round, value }));
const called = (name: string) => (sample: Sample) => ({ ...sample, measurement: name });
const resultsOf = (measurements: readonly Measurement[], all: readonly Sample[]): Results => ({
  ...{ machine: thisMachine(), rounds: 2, seconds: 0.5, others: 0 },
  ...{ rows: toRows(measurements, all), samples: all },
});
const shown = (...all: Sample[][]) => table(toRows([measurement], all.flat()));

test('A ratio is the median of the ratios within a round', () => {
  const [, wrapped] = toRows(
    [measurement],
    [...samples('plain TCP', 100, 10, 1000), ...samples('wswrap', 90, 8, 500)],
  );
  expect(wrapped).toMatchObject({ median: 90, ofPlain: 0.8 });
});

test('Where there is no ratio or no spread there is a blank', () => {
  expect(shown(samples('plain TCP', 0, 0), samples('wswrap', 7, 7))).toBe(
    [
      `${'sink'.padEnd(36)}      MB/s    spread  of plain`,
      `${'  plain TCP'.padEnd(36)}      0.00`,
      `${'  wswrap'.padEnd(36)}      7.00      ±0 %`,
      '',
    ].join('\n'),
  );
  expect(shown(samples('wswrap', 3))).toMatch(/^ {2}wswrap +3\.00$/m);
  expect(toRows([measurement], [])).toEqual([]);
});

test('What could not be measured is a blank', () => {
  const measurements = ['sink', 'echo'].map((name) => ({ ...measurement, name }));
  const echo = samples('plain TCP', 5).map(called('echo'));
  const all = [...samples('plain TCP', 8), ...samples('wswrap', 4), ...echo];
  const lines = groupTables(resultsOf(measurements, all)).split('\n');
  expect(lines).toContain('| plain TCP | 8.00 · 1.00 | 5.00 · 1.00 |');
  expect(lines).toContain('| wswrap | 4.00 · 0.50 |  |');
});

test('Where there is no ratio the document and the drawing are without one', () => {
  const measurements = PLOTTED.map((name) => ({ ...measurement, name }));
  const nothing = PLOTTED.flatMap((name) => samples('plain TCP', 0, 0).map(called(name)));
  const little = PLOTTED.flatMap((name) => samples('wswrap', -1, 2).map(called(name)));
  for (const all of [nothing, [...nothing, ...little]]) {
    const results = resultsOf(measurements, all);
    for (const text of [document(results), plot(results, PLOTTED)]) {
      expect(text).toMatch('plain TCP');
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  }
});

test.for(['more', 'less'] as const)('The drawing tells that %s is better', (better) => {
  const all = samples('plain TCP', 1);
  const results = resultsOf([{ ...measurement, better }], all);
  expect(plot(results, ['sink'])).toMatch(`>sink (MB/s; ${better} is better)<`);
});

test.for([
  [true, 'by root in a network namespace of its own'],
  [false, 'in the network namespace of everything else'],
] as const)('The document tells whether the network was its own: %s', ([ownNetwork, words]) => {
  const results = resultsOf([measurement], samples('plain TCP', 1));
  const machine = { ...results.machine, ownNetwork };
  expect(document({ ...results, machine })).toMatch(`as congestion control; ${words}. Others`);
});
