import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CLIENTS_MAX, HANDSHAKE_TIMEOUT_MS } from '../../src/demo/rfb/limits.js';
import { RfbClient } from './rfb-client.js';
import { stillServer } from './still-server.js';

let server: Awaited<ReturnType<typeof stillServer>>;
beforeEach(async () => {
  server = await stillServer();
});
afterEach(() => {
  vi.useRealTimers();
  server.close();
});

async function init(client: RfbClient): Promise<void> {
  client.send([1]);
  await client.readInit();
  expect([client.name, client.width, client.height]).toEqual(['still', 200, 150]);
  client.destroy();
}

test('a client of RFB 3.8 is offered None and told the result', async () => {
  const client = await RfbClient.dial(server.port);
  expect(await client.line()).toBe('RFB 003.008\n');
  client.send('RFB 003.008\n');
  expect([...(await client.reader.bytes(2))]).toEqual([1, 1]);
  client.send([1]);
  expect([...(await client.reader.bytes(4))]).toEqual([0, 0, 0, 0]);
  await init(client);
});

test('a client of RFB 3.7 is told no result', async () => {
  const client = await RfbClient.dial(server.port);
  await client.line();
  client.send('RFB 003.007\n');
  expect([...(await client.reader.bytes(2))]).toEqual([1, 1]);
  client.send([1]);
  await init(client);
});

test.each(['RFB 003.003\n', 'RFB 003.005\n'])('with %j the server decides', async (version) => {
  const client = await RfbClient.dial(server.port);
  await client.line();
  client.send(version);
  expect([...(await client.reader.bytes(4))]).toEqual([0, 0, 0, 1]);
  await init(client);
});

test('a handshake may come byte by byte', async () => {
  const client = await RfbClient.dial(server.port);
  client.socket.setNoDelay(true);
  for (const byte of Buffer.from('RFB 003.008\n\x01\x01')) {
    client.send([byte]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await client.reader.bytes(12 + 2 + 4);
  await client.readInit();
  expect(client.name).toBe('still');
  client.destroy();
});

test.each(['RFB 004.000\n', 'GET / HTTP/1', '\0\0\0\0\0\0\0\0\0\0\0\0'])(
  '%j ends the connection',
  async (version) => {
    const client = await RfbClient.dial(server.port);
    client.send(version);
    await client.closed();
    expect(server.events).toEqual([]);
  },
);

test('a security type that was not offered is refused with a reason', async () => {
  const client = await RfbClient.dial(server.port);
  await client.line();
  client.send('RFB 003.008\n');
  await client.reader.bytes(2);
  client.send([2]);
  expect([...(await client.reader.bytes(4))]).toEqual([0, 0, 0, 1]);
  expect(await client.reason()).toMatch(/not offered/);
  await client.closed();
});

test('a client that says nothing is dropped at a deadline', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const client = await RfbClient.dial(server.port);
  await client.line();
  vi.advanceTimersByTime(HANDSHAKE_TIMEOUT_MS);
  await client.closed();
});

test('one client too many is told so', async () => {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS_MAX }, () => RfbClient.open(server.port)),
  );
  await server.event(`joined ${CLIENTS_MAX}`);
  const client = await RfbClient.dial(server.port);
  await client.line();
  client.send('RFB 003.008\n');
  expect(await client.reader.uint8()).toBe(0);
  expect(await client.reason()).toMatch(/too many/i);
  await client.closed();
  for (const other of clients) other.destroy();
});
