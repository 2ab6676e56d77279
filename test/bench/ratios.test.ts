import type { SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { wswrap } from '../support/paths.js';
import { load, server } from './load-program.js';
import { pinned } from './pinned.js';
import { median } from './statistics.js';

/** The least share of a goal that is still good. */
const SHARE = 0.8;
const ROUNDS = 9;

interface Subject {
  readonly port: number;
  readonly dialect: string;
  readonly session: number;
}

/** Starts the server, as it is or under wswrap, in a session of its own. */
async function start(port: number, dialect: string, command: readonly string[]): Promise<Subject> {
  const options: SpawnOptions = { detached: true, stdio: ['ignore', 'pipe', 'ignore'] };
  const child = pinned('server', command, options);
  const session = child.pid ?? 0;
  onTestFinished(() => void process.kill(-session, 'SIGTERM'));
  // It prints that it is ready.
  await once(child.stdout as Readable, 'data');
  return { port, dialect, session };
}

async function startBoth(): Promise<readonly [Subject, Subject]> {
  const [first, second] = [await freePort(), await freePort()];
  const wrapped = [process.execPath, wswrap, '-q', `${second}`, server, `${second}`];
  return [await start(first, 'tcp', [server, `${first}`]), await start(second, 'rfc6455', wrapped)];
}

/** Median of the rounds' ratios, in each of which both are measured, one right after the other. */
async function ratio(measure: (subject: Subject) => Promise<number>) {
  const [plain, wrapped] = await startBoth();
  const ratios: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const before = await measure(plain);
    ratios.push(before / (await measure(wrapped)));
  }
  console.log('ratios', ratios.map((one) => one.toFixed(2)).join(' '));
  return median(ratios);
}

// Of time on a CPU rather than of the clock, which on a busy machine is somebody else's.
test.for([1024, 65_536])(
  'To echo messages of %i bytes takes a wrapped server little more',
  async (size) => {
    const costs = await ratio(async ({ port, dialect, session }) => {
      const options = { dialect, session, mode: 'echo', size, seconds: 0.2 };
      const { cpu = 0, bytes = 0 } = await load(port, options);
      return cpu / bytes;
    });
    expect(costs).toBeGreaterThan(SHARE * 0.95);
  },
);

test.for([16, 1024])('A round trip of %i bytes takes hardly longer', async (size) => {
  const trips = await ratio(async ({ port, dialect }) => {
    const { p50 = 0 } = await load(port, { dialect, mode: 'rtt', size, seconds: 0.2 });
    return p50;
  });
  expect(trips).toBeGreaterThan(SHARE / 1.03);
});
