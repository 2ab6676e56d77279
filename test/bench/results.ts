import type { Machine } from './machine.js';
import type { Measurement, Sample } from './measurement.js';
import { median, spread } from './statistics.js';
import { PLAIN } from './subjects.js';

/** All rounds of one measurement with one subject, in short. */
export interface Row {
  readonly measurement: string;
  readonly group: string;
  readonly unit: string;
  readonly better: Measurement['better'];
  readonly subject: string;
  readonly median: number;
  readonly spread: number | undefined;
  /** Median of the rounds' ratios to plain TCP; more is more of the unit, be that good or bad. */
  readonly ofPlain: number | undefined;
  /** Time of CPU, as in the samples. */
  readonly cpu: number | undefined;
  /** Medians of `busy` of the samples. */
  readonly server: number | undefined;
  readonly load: number | undefined;
}

export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  /** The part of the machine that others have kept busy meanwhile. */
  readonly others: number;
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
}

/** Ratios are taken within a round, so that what slows the machine for a while slows both sides of them. */
export function ratio(
  samples: readonly Sample[],
  subject: string,
  base: string,
): number | undefined {
  const of = (name: string) =>
    new Map(samples.filter((s) => s.subject === name).map((s) => [s.round, s.value]));
  const bases = of(base);
  const ratios = [...of(subject)].map(([round, value]) => value / (bases.get(round) ?? 0));
  return median(ratios.filter(Number.isFinite));
}

export function toRows(measurements: readonly Measurement[], samples: readonly Sample[]): Row[] {
  return measurements.flatMap(({ name, group, unit, better }) => {
    const all = samples.filter(({ measurement }) => measurement === name);
    const subjects = [...new Set(all.map(({ subject }) => subject))];
    return subjects.flatMap((subject) => {
      const own = all.filter((sample) => sample.subject === subject);
      const values = own.map(({ value }) => value);
      const middle = median(values);
      if (middle === undefined) return [];
      return {
        ...{ measurement: name, group, unit, better, subject },
        ...{ median: middle, spread: spread(values) },
        ofPlain: ratio(all, subject, PLAIN),
        cpu: median(own.flatMap(({ cpu }) => cpu ?? [])),
        server: median(own.flatMap(({ busy }) => busy?.server ?? [])),
        load: median(own.flatMap(({ busy }) => busy?.load ?? [])),
      };
    });
  });
}

// A core that is busy for so much of the time has no more to give.
export const FULL = 0.9;

/** True when the server could do more than it was asked for: its numbers are then those of the load. */
export function hasTime({ server }: Row): boolean {
  return server !== undefined && server < FULL;
}
