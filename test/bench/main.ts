import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { thisMachine } from './machine.js';
import type { Measurement, Sample, Workload } from './measurement.js';
import { type Results, toRows } from './results.js';
import { streams } from './streams.js';
import { startSubjects, stopSubjects } from './subjects.js';
import { table } from './table.js';

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly only?: readonly string[];
  readonly subjects?: readonly string[];
  readonly json?: string;
}

const command = new Command('npm run bench --')
  .description('Measures wrapped servers beside plain TCP and beside other ways to the same end.')
  .option(
    '--only <part...>',
    'only measurements whose names hold one of these, such as "echo, 64 B"',
  )
  .option('--subjects <name...>', 'only these beside plain TCP')
  .option('--rounds <number>', 'how often each is measured', Number, 5)
  .option('--seconds <number>', 'how long each time', Number, 0.5)
  .option('--json <file>', 'write all there is to know to that file');

function chosen({ measurements }: Workload, { only }: Options): Measurement[] {
  return measurements.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
}

/** Each round has each subject once for each measurement. */
async function run(workload: Workload, options: Options): Promise<Sample[]> {
  const measurements = chosen(workload, options);
  if (measurements.length === 0) return [];
  const wanted = (name: string) => options.subjects?.includes(name) ?? true;
  const subjects = await startSubjects(workload.server, wanted);
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const { name, rounds = options.rounds, suits, measure } of measurements) {
      process.stderr.write(`\rround ${round + 1} of ${options.rounds}: ${name}\x1b[K`);
      if (round >= rounds) continue;
      for (const subject of subjects) {
        if (suits?.(subject) === false) continue;
        const value = await measure(subject, options.seconds);
        samples.push({ measurement: name, subject: subject.name, round, ...value });
      }
    }
  }
  process.stderr.write('\r\x1b[K');
  await stopSubjects(subjects);
  return samples;
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const samples = await run(streams, options);
  const measurements = chosen(streams, options);
  const { rounds, seconds } = options;
  const rows = toRows(measurements, samples);
  const results: Results = { machine: thisMachine(), rounds, seconds, rows, samples };
  for (const { name } of measurements)
    console.log(table(rows.filter(({ measurement }) => measurement === name)));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
}

await main();
