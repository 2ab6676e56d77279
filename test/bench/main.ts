import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { document, PLOTTED } from './document.js';
import { goals, judge, sentence } from './goals.js';
import { thisMachine } from './machine.js';
import type { Measurement, Sample, Workload } from './measurement.js';
import { watchOthers } from './others.js';
import { plot } from './plot.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { type Results, toRows } from './results.js';
import { streams } from './streams.js';
import { startSubjects, stopSubjects } from './subjects.js';
import { percent, table } from './table.js';
import { vnc } from './vnc.js';

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly only?: readonly string[];
  readonly subjects?: readonly string[];
  readonly short?: true;
  readonly json?: string;
  readonly from?: string;
  readonly document?: string;
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
  .option('--short', 'few measurements in little time: the ones that goals are set for')
  .option('--json <file>', 'write all there is to know to that file')
  .option('--from <file>', 'measure nothing: take what --json has written')
  .addOption(
    new Option('--document [folder]', 'write performance.md and its drawing there').preset('docs'),
  )
  .addHelpText(
    'after',
    `
Beside plain TCP are measured wswrap, wsproxy, a proxy on npm's ws, and, where they are installed, haproxy, socat and
websockify; with a server made for it and, where they are installed, with Redis, PostgreSQL and Xtigervnc.
All of it takes about 25 minutes. The machine should have nothing else to do; what others took of it is told at the end.

Examples:
  npm run bench -- --short
  npm run bench -- --only "echo, 64 B" --subjects wswrap --rounds 9
  npm run bench -- --json all.json --document
  npm run bench -- --from all.json --document`,
  );

const WORKLOADS = [streams, redis, postgres, vnc];
const SHORT_SECONDS = 0.3;
const SHORT_ROUNDS = 3;

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
async function run(workload: Workload, options: Options): Promise<Sample[]> {
  const measurements = chosen(workload, options);
  if (measurements.length === 0) return [];
  const wanted = (name: string) => options.subjects?.includes(name) ?? true;
  const subjects = await startSubjects(workload.server, wanted);
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
  await stopSubjects(subjects);
  return samples;
}

async function measureAll(options: Options): Promise<Results> {
  const others = watchOthers();
  const samples: Sample[] = [];
  for (const workload of WORKLOADS) samples.push(...(await run(workload, options)));
  const measurements = WORKLOADS.flatMap((workload) => chosen(workload, options));
  const { rounds, seconds } = options;
  return {
    ...{ machine: thisMachine(), rounds, seconds, others: others() },
    ...{ rows: toRows(measurements, samples), samples },
  };
}

function write(results: Results, options: Options): void {
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.document === undefined) return;
  writeFileSync(join(options.document, 'performance.md'), document(results));
  writeFileSync(join(options.document, 'performance.svg'), plot(results, PLOTTED));
}

function print({ rows, samples, others }: Results): void {
  for (const name of new Set(rows.map(({ measurement }) => measurement)))
    console.log(table(rows.filter(({ measurement }) => measurement === name)));
  for (const verdict of judge(samples)) console.log(sentence(verdict));
  console.log(`Others have kept ${percent(others)} of the machine busy meanwhile.`);
}

async function main(): Promise<void> {
  const given = command.parse().opts<Options>();
  const options = given.short ? { ...given, rounds: SHORT_ROUNDS, seconds: SHORT_SECONDS } : given;
  const { from } = options;
  const results =
    from === undefined
      ? await measureAll(options)
      : (JSON.parse(readFileSync(from, 'utf8')) as Results);
  print(results);
  write(results, options);
}

await main();
