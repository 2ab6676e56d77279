import { expect, test } from 'vitest';
import { document, PLOTTED } from './document.js';
import { thisMachine } from './machine.js';
import type { Measurement, Sample } from './measurement.js';
import { plot } from './plot.js';
import { toRows } from './results.js';
import { table } from './table.js';

const measurement: Measurement = {
  ...{ name: 'sink', group: 'Sink', unit: 'MB/s', better: 'more' },
  measure: () => Promise.resolve(undefined),
};
const samples = (subject: string, ...values: number[]): Sample[] =>
  values.map((value, round) => ({ measurement: 'sink', subject, round, value }));
const shown = (...all: Sample[][]) => table(toRows([measurement], all.flat()));

test('A ratio is the median of the ratios within a round', () => {
  const [, wrapped] = toRows(
    [measurement],
    [...samples('plain TCP', 100, 10, 1000), ...samples('wswrap', 90, 8, 500)],
  );
  expect(wrapped).toMatchObject({ median: 90, ofPlain: 0.8 });
});

test('What could not be measured is a blank', () => {
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

test('Nor is it more than a blank in the document and in the drawing', () => {
  const measurements = PLOTTED.map((name) => ({ ...measurement, name }));
  const called = (name: string) => (sample: Sample) => ({ ...sample, measurement: name });
  const nothing = PLOTTED.flatMap((name) => samples('plain TCP', 0, 0).map(called(name)));
  const little = PLOTTED.flatMap((name) => samples('wswrap', -1, 2).map(called(name)));
  for (const all of [nothing, [...nothing, ...little]]) {
    const results = {
      ...{ machine: thisMachine(), rounds: 2, seconds: 0.5, others: 0 },
      ...{ rows: toRows(measurements, all), samples: all },
    };
    for (const text of [document(results), plot(results, PLOTTED)]) {
      expect(text).toMatch('plain TCP');
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  }
});
