import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { requires } from '../support/requires.js';
import { Wrapped } from '../support/wrapped.js';
import { load, server } from './load-program.js';

/** The system calls of a wrapped server while it serves a load: how many of each, by name. */
async function callsUnder(options: Record<string, string | number>) {
  const output = join(mkdtempSync(join(tmpdir(), 'wswrap-calls-')), 'calls');
  const port = await freePort();
  const under = ['strace', '-c', '-f', '-qq', '-o', output];
  const wrapped = new Wrapped(port, [server, `${port}`], { under });
  const listening = await wrapped.logged('listening');
  const result = await load(port, { dialect: 'rfc6455', ...options });
  process.kill(Number(listening.fields.get('pid')), 'SIGINT');
  await wrapped.exit;
  const lines = readFileSync(output, 'latin1').split('\n');
  const calls = new Map(
    lines.map((line) => line.trim().split(/\s+/)).map((cells) => [cells.at(-1), Number(cells[3])]),
  );
  return { count: result['count'] ?? 0, of: (name: string) => calls.get(name) ?? 0 };
}

requires(['strace'], 'Counted system calls', () => {
  test('a message is read by one, and written by one, each after one that asks whose socket it is', async () => {
    const { count, of } = await callsUnder({ mode: 'rtt', size: 1024, seconds: 0.4 });
    // What is sent from two buffers, and what is short enough to be sent from one.
    const messages = of('sendmsg') + of('sendto');
    expect(messages).toBeGreaterThan(count);
    // A message may come in two pieces, and what belongs to the start and the end is among them.
    const few = messages * 0.02 + 60;
    expect(of('recvmsg') + of('recvfrom')).toBeLessThan(messages + few);
    expect(of('getsockopt')).toBeLessThan(2 * messages + few);
    expect(of('epoll_wait') + of('epoll_pwait')).toBeLessThan(messages + few);
    expect(of('total')).toBeLessThan(5 * messages + 6 * few);
  });

  test('many short messages are read by one', async () => {
    const { of } = await callsUnder({ mode: 'echo', size: 64, seconds: 0.4 });
    const reads = of('sendmsg') + of('sendto');
    expect(reads).toBeGreaterThan(200);
    expect(of('recvmsg') + of('recvfrom')).toBeLessThan(reads * 1.1 + 60);
  });

  test('a connection takes few of them besides those of the server itself', async () => {
    const { of } = await callsUnder({ mode: 'connect', seconds: 0.2 });
    const connections = of('accept4');
    expect(connections).toBeGreaterThan(16);
    // Of these the server itself makes eight.
    expect((of('total') - 300) / connections).toBeLessThan(30);
  });
});
