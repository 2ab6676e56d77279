import { goals } from './goals.js';
import { thisMachine } from './machine.js';
import type { Measurement, Sample, Workload } from './measurement.js';
import type { Options } from './options.js';
import { watchOthers } from './others.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { type Results, toRows } from './results.js';
import { streams } from './streams.js';
import { type Subject, startSubjects, stopSubjects } from './subjects.js';
import { vnc } from './vnc.js';

const WORKLOADS = [streams, redis, postgres, vnc];

function chosen({ measurements, available }: Workload, { only, short }: Options): Measurement[] {
  const aims = new Set(goals.map(({ measurement }) => measurement));
  return measurements.filter(
    ({ name }) =>
      available?.() !== false &&
      (!short || aims.has(name)) &&
      (only?.some((part) => name.includes(part)) ?? true),
  );
}

/** One that fails leaves a blank and is a failure in the end, but no reason to lose all the others. */
function tell(failure: unknown): undefined {
  process.stderr.write(`\r\x1b[K${failure instanceof Error ? failure.message : failure}\n`);
  process.exitCode = 1;
}

/** Each round has each subject once for each measurement. */
async function measureRounds(
  measurements: readonly Measurement[],
  subjects: readonly Subject[],
  options: Options,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, rounds = options.rounds, suits, measure } of measurements) {
      if (round >= rounds) continue;
      process.stderr.write(`\rround ${round + 1} of ${options.rounds}: ${name}\x1b[K`);
      for (const subject of subjects) {
        if (suits?.(subject) === false) continue;
        const value = await measure(subject, options.seconds).catch(tell);
        if (value !== undefined)
          samples.push({ measurement: name, subject: subject.name, round, ...value });
      }
    }
  }
  process.stderr.write('\r\x1b[K');
  return samples;
}

async function run(workload: Workload, options: Options): Promise<Sample[]> {
  const measurements = chosen(workload, options);
  if (measurements.length === 0) return [];
  const wanted = (name: string) => options.subjects?.includes(name) ?? true;
  const subjects = await startSubjects(workload.server, wanted);
  try {
    return await measureRounds(measurements, subjects, options);
  } finally {
    await stopSubjects(subjects);
  }
}

/** All that is wanted and installed. */
export async function measureAll(options: Options): Promise<Results> {
  const others = watchOthers();
  const samples: Sample[] = [];
  for (const workload of WORKLOADS)
    samples.push(...((await run(workload, options).catch(tell)) ?? []));
  const measurements = WORKLOADS.flatMap((workload) => chosen(workload, options));
  const { rounds, seconds } = options;
  return {
    ...{ machine: thisMachine(), rounds, seconds, others: others() },
    ...{ rows: toRows(measurements, samples), samples },
  };
}
