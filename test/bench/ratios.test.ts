import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { type Goal, goals } from './goals.js';
import { type LoadArguments, load, server } from './load-program.js';
import { CONNECTIONS, type Mode, roundTripName, streamName } from './names.js';
import type { Side } from './pinned.js';
import { median } from './statistics.js';
import { HAPROXY, type Subject, startSubjects, stopSubjects } from './subjects.js';

/**
 * Some of the goals, those that a few seconds on a busy machine can tell of: judged by time of a CPU rather than of the
 * clock, which on a busy machine is somebody else's; and by that of both sides, since on which side the kernel does its work
 * for a byte is left to chance.
 */

/** The least share of a goal that is still good: a gross loss is to be told, whatever the machine's neighbours do. */
const SHARE = 0.7;
const ROUNDS = 9;
/** As long as that is not enough: what comes from elsewhere may last for seconds. */
const ROUNDS_MOST = 36;
const SECONDS = 0.1;

const KIB = 1024;

interface Row {
  /** Whose goal it is, and the measurement for which it is set. */
  readonly subject: string;
  readonly measurement: string;
  /** What is measured here. */
  readonly measured: string;
  readonly options: LoadArguments;
  /** Whose core the load runs on. */
  readonly side?: Side;
  /** As much of the goal as can be reached, when that is not all. */
  readonly part?: number;
}

const stream = (mode: Mode, size: number, connections = 1) => ({
  measurement: streamName(mode, size),
  measured: streamName(mode, size, connections),
  options: { mode, size, connections },
});
/** A server that has enough to do does not now and then wait to be woken, which costs more than much of what it does. */
const busy = (mode: Mode, size: number) => stream(mode, size, 32);
/** A sink can only be kept busy by a load that waits for it. */
const sink = (size: number) => ({
  ...stream('sink', size),
  measured: `${streamName('sink', size)}, the load on the same core`,
  side: 'server' as const,
});
const call = (measurement: string, options: LoadArguments) => ({
  ...{ measurement, measured: measurement, options },
});
const roundTrip = (size: number) => call(roundTripName(size), { mode: 'rtt', size });
const connects = call(CONNECTIONS, { mode: 'connect' });
const of = (subject: string, ...rows: Omit<Row, 'subject'>[]): Row[] =>
  rows.map((row) => ({ subject, ...row }));

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

/** Seconds of CPU for a byte, a round trip or a connection. */
async function cost(name: string, { options, side }: Row): Promise<number> {
  const subject = subjects.find((one) => one.name === name);
  if (subject === undefined) throw new Error(`${name} is not there`);
  const { dialect, direct, sessions, service } = subject;
  const all = { dialect, seconds: SECONDS, ...options, ...(direct ? { direct } : {}) };
  const result = await load(service.port, all, sessions, side);
  const { cpu = 0, load_cpu = 0, bytes, count } = result;
  return (cpu + load_cpu) / (bytes ?? count ?? 0);
}

function goalOf({ subject, measurement }: Row): Goal {
  const goal = goals.find((one) => one.subject === subject && one.measurement === measurement);
  if (goal === undefined) throw new Error(`there is no goal for ${measurement} of ${subject}`);
  return goal;
}

/** Median of the rounds' ratios, in each of which both are measured, one right after the other. */
async function check(row: Row): Promise<void> {
  const { kind, base, bound } = goalOf(row);
  const least = SHARE * (row.part ?? 1) * (kind === 'at least' ? bound : 1 / bound);
  const ratios: number[] = [];
  let middle = 0;
  while (ratios.length < ROUNDS || (middle <= least && ratios.length < ROUNDS_MOST)) {
    const before = await cost(base, row);
    ratios.push(before / (await cost(row.subject, row)));
    middle = median(ratios.filter(Number.isFinite)) ?? 0;
  }
  expect(middle, ratios.map((one) => one.toFixed(2)).join(' ')).toBeGreaterThan(least);
}

const title = (row: Row) =>
  `CPU time of ${row.subject} beside ${goalOf(row).base}: ${row.measured}`;

test.for(wrapped.map((row) => [title(row), row] as const))('%s', ([, row]) => check(row));

requires(['haproxy'], 'beside haproxy', () => {
  test.for(proxied.map((row) => [title(row), row] as const))('%s', ([, row]) => check(row));
});
