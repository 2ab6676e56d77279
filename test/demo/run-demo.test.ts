import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { freePort } from '../support/free-port.js';
import { Demo } from './demo-process.js';

const demos: Demo[] = [];
function startDemo(...args: string[]): Demo {
  const demo = new Demo(...args);
  demos.push(demo);
  return demo;
}
afterEach(async () => {
  for (const demo of demos.splice(0)) await demo.stop('SIGINT');
});

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return open;
}

for (const [signal, to] of [
  ['SIGINT', 'group'],
  ['SIGTERM', 'npm'],
  ['SIGHUP', 'group'],
] as const) {
  test(`${signal} to ${to} ends the demo and leaves nothing behind`, async () => {
    const webPort = await freePort();
    const demo = startDemo('--web-port', String(webPort));
    expect(await demo.address()).toBe(`http://127.0.0.1:${webPort}/`);
    expect(await isOpen(webPort)).toBe(true);
    await demo.stop(signal, to);
    await expect.poll(() => demo.processes(), { timeout: 10_000 }).toEqual([]);
    expect(await isOpen(webPort)).toBe(false);
  });
}

test('one address is printed, and how to stop', async () => {
  const demo = startDemo();
  await demo.address();
  const addresses = demo.output.filter((line) => /:\/\/|127\.0\.0\.1/.test(line));
  expect(addresses).toEqual([
    expect.stringMatching(/^ {2}Open {2}http:\/\/127\.0\.0\.1:\d+\/ .*Ctrl-C stops the demo\.$/),
  ]);
});

test('demos that start at the same time find ports of their own', async () => {
  const demos = [startDemo(), startDemo(), startDemo()];
  const addresses = await Promise.all(demos.map((demo) => demo.address()));
  expect(new Set(addresses).size).toBe(3);
});

test.each(['--port', '--web-port'])('%s with a port that is taken says so', async (option) => {
  const holder = createServer();
  const port = await listen(holder, 0, '127.0.0.1');
  const demo = startDemo(option, String(port));
  expect(await demo.end()).toBe(2);
  await demo.line(new RegExp(`${option} ${port}: .*another program`));
  holder.close();
});

test('a port that is none says so', async () => {
  const demo = startDemo('--port', '70000');
  expect(await demo.end()).toBe(2);
  await demo.line(/from 1 to 65535/);
});
