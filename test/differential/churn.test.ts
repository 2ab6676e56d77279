import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { nativeTests } from '../support/paths.js';
import { wrapServer } from '../support/wrapped.js';

const churn = join(nativeTests, 'test/differential/differential-churn');
const styles = ['close', 'end', 'reset', 'unasked', 'partial', 'nonsense'];
const ALL = 10_000;

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
const resident = (pid: number) =>
  Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

// More connections than the shared state has places for, so that one that is not given back would be missed.
const waves = [
  { name: 'echo_epoll', waves: 4 },
  { name: 'echo_edge', waves: 1 },
  { name: 'echo_blocking', waves: 1 },
  { name: 'echo_thread', waves: 1 },
  { name: 'echo_fork', waves: 0.2 },
];

describe('After many connections that ended in every way', () => {
  test.for(waves)('$name holds no more than before', { timeout: 300_000 }, async (server) => {
    const { port, serverPid } = await wrapServerQuietly(server.name);
    const open = (count: number) => openAll(port, count);
    // What is allocated once and kept is allocated now.
    await open(60);
    await settled(serverPid);
    const before = { descriptors: descriptors(serverPid), resident: resident(serverPid) };
    await open(ALL * server.waves);
    await settled(serverPid);
    expect(descriptors(serverPid)).toBe(before.descriptors);
    expect(resident(serverPid) - before.resident, 'growth in KiB').toBeLessThan(2048);
    await open(styles.length);
  });
});

async function wrapServerQuietly(name: string) {
  const server = await wrapServer(name, [], { options: ['--log-file', '/dev/null'] });
  return { port: server.port, serverPid: await server.serverPid() };
}

async function openAll(port: number, count: number): Promise<void> {
  for (const style of styles)
    await execa(churn, [String(port), String(Math.ceil(count / styles.length)), style]);
}

/** Until the server has closed what the last clients have left. */
async function settled(pid: number): Promise<void> {
  for (let last = -1, same = 0; same < 10; ) {
    const now = descriptors(pid);
    same = now === last ? same + 1 : 0;
    last = now;
    await setTimeout(20);
  }
}
