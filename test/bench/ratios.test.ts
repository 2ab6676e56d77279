import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { goals } from './goals.js';
import { type LoadArguments, load, server } from './load-program.js';
import { CONNECTIONS, type Mode, roundTripName, streamName } from './names.js';
import type { Side } from './pinned.js';
import { median } from './statistics.js';
import { HAPROXY, type Subject, startSubjects, stopSubjects } from './subjects.js';

/** The least share of a goal that is still good. */
const SHARE = 0.8;
const ROUNDS = 9;
const SECONDS = 0.1;

const KIB = 1024;

interface Row {
  /** Whose goal it is. */
  readonly subject: string;
  readonly measurement: string;
  readonly options: LoadArguments;
  /** Whose core the load runs on. */
  readonly side?: Side;
  /** As much of the goal as can be reached, when that is not all. */
  readonly part?: number;
}

const stream = (mode: Mode, size: number, connections = 1) => ({
  ...{ measurement: streamName(mode, size), options: { mode, size, connections } },
});
/** A server that has enough to do does not now and then wait to be woken, which costs more than much of what it does. */
const busy = (mode: Mode, size: number) => stream(mode, size, 32);
/** A sink can only be kept busy by a load that waits for it. */
const sink = (size: number) => ({ ...stream('sink', size), side: 'server' }) as const;
const roundTrip = (size: number) => ({
  ...{ measurement: roundTripName(size), options: { mode: 'rtt', size } },
});
const connects = { measurement: CONNECTIONS, options: { mode: 'connect' } };
const of = (subject: string, ...rows: Omit<Row, 'subject'>[]): Row[] =>
  rows.map((row) => ({ subject, ...row }));

/** Those of the goals that a few seconds on a busy machine can tell of. */
const wrapped: readonly Row[] = [
  ...of('wswrap', roundTrip(16), roundTrip(KIB)),
  // A client's frame of 64 bytes has a head of 6, which is read as they are: 64 of 70 bytes are what was asked for.
  ...of('wswrap', { ...busy('echo', 64), part: 64 / 70 }),
  ...of('wswrap', busy('echo', KIB), stream('echo', 64 * KIB)),
  ...of('wswrap', sink(16 * KIB), sink(64 * KIB)),
  ...of('wswrap', busy('source', 16 * KIB), busy('source', 64 * KIB), connects),
  ...of('wswrap, base64', stream('echo', 64 * KIB)),
  ...of('wswrap, hixie-76', stream('echo', KIB)),
];
const proxied = of(
  'wsproxy',
  ...[roundTrip(16), stream('echo', KIB), stream('echo', 64 * KIB)],
  ...[stream('sink', 16 * KIB), busy('source', 16 * KIB), connects],
);

let subjects: readonly Subject[] = [];
beforeAll(async () => {
  const wanted = [...wrapped, ...proxied].map(({ subject }) => subject);
  const command = (port: number) => [server, `${port}`];
  subjects = await startSubjects({ command }, (name) => [...wanted, HAPROXY].includes(name));
});
afterAll(() => stopSubjects(subjects));

/**
 * Time of a CPU rather than of the clock, which on a busy machine is somebody else's; and of both sides, since on which
 * side the kernel does its work for a byte is left to chance. A round trip's middle one is nobody else's.
 */
async function cost(name: string, { options, side }: Row): Promise<number> {
  const subject = subjects.find((one) => one.name === name);
  if (subject === undefined) throw new Error(`${name} is not there`);
  const { dialect, direct, sessions, service } = subject;
  const all = { dialect, seconds: SECONDS, ...options, ...(direct ? { direct } : {}) };
  const result = await load(service.port, all, sessions, side);
  const { p50, cpu = 0, load_cpu = 0, bytes, count } = result;
  return p50 ?? (cpu + load_cpu) / (bytes ?? count ?? 0);
}

/** Median of the rounds' ratios, in each of which both are measured, one right after the other. */
async function check(row: Row): Promise<void> {
  const { subject, measurement, part = 1 } = row;
  const goal = goals.find((one) => one.subject === subject && one.measurement === measurement);
  if (goal === undefined) throw new Error(`there is no goal for ${measurement} of ${subject}`);
  const ratios: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const before = await cost(goal.base, row);
    ratios.push(before / (await cost(subject, row)));
  }
  console.log(measurement, subject, ratios.map((one) => one.toFixed(2)).join(' '));
  const bound = goal.kind === 'at least' ? goal.bound : 1 / goal.bound;
  expect(median(ratios.filter(Number.isFinite))).toBeGreaterThan(SHARE * part * bound);
}

const title = ({ subject, measurement }: Row) => `${subject}: ${measurement}`;

test.for(wrapped.map((row) => [title(row), row] as const))('%s', ([, row]) => check(row));

requires(['haproxy'], 'beside haproxy', () => {
  test.for(proxied.map((row) => [title(row), row] as const))('%s', ([, row]) => check(row));
});
