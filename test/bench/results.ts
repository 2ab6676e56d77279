import type { Machine } from './machine.js';
import type { Measurement, Sample } from './measurement.js';
import { median, spread } from './statistics.js';
import { PLAIN } from './subjects.js';

/** All rounds of one measurement with one subject, in short. */
export interface Row {
  readonly measurement: string;
  readonly group: string;
  readonly unit: string;
  readonly subject: string;
  readonly median: number;
  readonly spread: number;
  /** Median of the rounds' ratios to plain TCP; more is more of the unit, be that good or bad. */
  readonly ofPlain: number;
  /** Seconds of CPU for each gigabyte. */
  readonly cpu: number | undefined;
}

export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
}

/** Ratios are taken within a round, so that what slows the machine for a while slows both sides of them. */
export function ratio(samples: readonly Sample[], subject: string, base: string): number {
  const of = (name: string) =>
    new Map(samples.filter((s) => s.subject === name).map((s) => [s.round, s.value]));
  const bases = of(base);
  return median([...of(subject)].map(([round, value]) => value / (bases.get(round) ?? Number.NaN)));
}

export function toRows(measurements: readonly Measurement[], samples: readonly Sample[]): Row[] {
  return measurements.flatMap(({ name, group, unit }) => {
    const all = samples.filter(({ measurement }) => measurement === name);
    const subjects = [...new Set(all.map(({ subject }) => subject))];
    return subjects.map((subject) => {
      const own = all.filter((sample) => sample.subject === subject);
      const values = own.map(({ value }) => value);
      const cpu = own.flatMap((sample) => sample.cpu ?? []);
      return {
        ...{ measurement: name, group, unit, subject },
        ...{ median: median(values), spread: spread(values) },
        ofPlain: ratio(all, subject, PLAIN),
        cpu: cpu.length > 0 ? median(cpu) : undefined,
      };
    });
  });
}
