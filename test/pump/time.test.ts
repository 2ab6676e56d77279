import { expect, test } from 'vitest';
import { Client, Connection, makeFrame, makeOpening, OPCODE } from '../support/client/index.js';
import { openPair, RunningPump, toPort } from './running-pump.js';
import { startEcho, startTarget } from './targets.js';

const SHORT = 40;
const LONG = 60_000;

test('A client that is silent gets a Ping, and goes on living when it answers', async () => {
  const { client } = await openPair({}, { heartbeatMs: SHORT, pongTimeoutMs: LONG });
  for (let i = 0; i < 3; i++) {
    expect(await client.next()).toMatchObject({ kind: 'ping' });
    await client.sendFrame('', { opcode: 10 });
  }
});

test('A client that does not answer is closed with 1001', async () => {
  const { running, client, socket } = await openPair(
    {},
    { heartbeatMs: SHORT, pongTimeoutMs: SHORT },
  );
  socket.on('end', () => socket.end());
  expect(await client.next()).toMatchObject({ kind: 'ping' });
  expect((await client.receiveToClose()).code).toBe(1001);
  client.connection.end();
  expect(await running.next('ended')).toMatchObject({ cause: 'heartbeat', closeCode: 1001 });
});

test('Without a time for the answer, Pings go on', async () => {
  const { client } = await openPair({}, { heartbeatMs: SHORT });
  for (let i = 0; i < 4; i++) expect(await client.next()).toMatchObject({ kind: 'ping' });
});

test('A client in whose dialect there is no Ping is left alone', async () => {
  const { client, socket } = await openPair(
    { dialect: 'hixie76' },
    { heartbeatMs: 1, pongTimeoutMs: 1, idleTimeoutMs: 4 * SHORT },
  );
  expect((await client.receiveToClose()).data).toHaveLength(0);
  socket.end();
});

test('What lies unread because the target is slow is a sign of life', async () => {
  const targetPort = await startTarget((socket) => socket.pause());
  const running = new RunningPump(
    { heartbeatMs: 10 * SHORT, pongTimeoutMs: 10 * SHORT, idleTimeoutMs: 50 * SHORT },
    toPort(targetPort),
  );
  const port = await running.listen();
  const connection = await Connection.open(port);
  const tooMuch = makeFrame(Buffer.alloc(32 << 20), { opcode: OPCODE.binary });
  void connection.write(Buffer.concat([makeOpening(port).request, tooMuch]));
  expect((await running.next('ended')).cause).toBe('idle');
});

test('A connection without payload is closed with 1001; a Ping is none', async () => {
  const running = new RunningPump({ idleTimeoutMs: 4 * SHORT }, toPort(await startEcho()));
  const port = await running.listen();
  const connection = await Connection.open(port);
  const opening = makeOpening(port);
  const ping = makeFrame(Buffer.from('x'), { opcode: OPCODE.ping });
  await connection.write(Buffer.concat([opening.request, ping]));
  const client = await Client.opened(connection, opening);
  expect(await client.next()).toMatchObject({ kind: 'pong' });
  expect((await client.receiveToClose()).code).toBe(1001);
  await client.close(1001);
  expect(await running.next('ended')).toMatchObject({ cause: 'idle' });
});
