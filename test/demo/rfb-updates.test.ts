import { afterEach, beforeEach, expect, test } from 'vitest';
import { RfbClient } from './rfb-client.js';
import { stillServer } from './still-server.js';

let server: Awaited<ReturnType<typeof stillServer>>;
let client: RfbClient;
beforeEach(async () => {
  server = await stillServer(640, 480);
  client = await RfbClient.open(server.port);
});
afterEach(() => {
  client.destroy();
  server.close();
});

test('an incremental update has only what changed', async () => {
  client.request(false);
  await client.update();
  client.request(true);
  client.pointer(1, 1); /* once this has come, so has the request */
  await server.event('pointer 1 1 1 0');
  server.paint(100, 50, 10, 10, 0xabcdef);
  const { rects } = await client.update();
  expect(rects).toEqual([{ x: 96, y: 32, width: 32, height: 32, encoding: 0 }]);
  expect(client.shows(server.picture.pixels)).toBe(true);
});

test('what changed before it was asked for is sent at once with the next change', async () => {
  client.request(false);
  await client.update();
  server.paint(0, 0, 5, 5, 1);
  client.request(true);
  client.pointer(1, 1);
  await server.event('pointer 1 1 1 0');
  server.paint(600, 400, 5, 5, 2);
  const { rects } = await client.update();
  expect(rects.length).toBe(2);
  expect(client.shows(server.picture.pixels)).toBe(true);
});

test('only the region that was asked for is sent', async () => {
  client.request(false, 33, 35, 50, 20);
  const { rects } = await client.update();
  for (const { x, y, width, height } of rects) {
    expect(x).toBeGreaterThanOrEqual(33);
    expect(y).toBeGreaterThanOrEqual(35);
    expect(x + width).toBeLessThanOrEqual(83);
    expect(y + height).toBeLessThanOrEqual(55);
  }
  expect(rects.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(50 * 20);
});

test('a region outside the picture is cut to size, or not answered', async () => {
  client.request(false, 700, 500, 10, 10);
  client.request(false, 600, 0, 65535, 65535);
  const { rects } = await client.update();
  expect(Math.min(...rects.map(({ x }) => x))).toBe(600);
  expect(Math.max(...rects.map(({ x, width }) => x + width))).toBe(640);
});

test('a client that asks and does not read has one update waiting, not many', async () => {
  client.socket.pause();
  for (let time = 0; time < 200; time++) client.request(false);
  client.pointer(3, 3);
  await server.event('pointer 1 3 3 0');
  const waiting: number[] = [];
  for (let time = 0; time < 50; time++) {
    client.request(false);
    server.paint(0, 0, 640, 480, time);
    await new Promise((resolve) => setImmediate(resolve));
    waiting.push(server.sockets[0]?.writableLength ?? 0);
  }
  const update = 4 * 640 * 480 + 12 * 15 + 4;
  expect(Math.max(...waiting)).toBe(update);
  const other = await RfbClient.open(server.port);
  other.request(false);
  await other.update();
  expect(other.shows(server.picture.pixels)).toBe(true);
  other.destroy();
});

test('every client gets every change', async () => {
  const clients: RfbClient[] = [];
  while (clients.length < 5) clients.push(await RfbClient.open(server.port));
  for (const [index, each] of clients.entries()) each.setEncodings([0, 5, 16][index % 3] ?? 0);
  for (const each of clients) each.request(false);
  await Promise.all(clients.map((each) => each.update()));
  for (let time = 1; time < 5; time++) {
    clients.forEach((each, index) => {
      each.request(true);
      each.pointer(time, index);
    });
    await Promise.all(
      clients.map((_, index) => server.event(`pointer ${index + 2} ${time} ${index}`)),
    );
    server.paint(time * 90, time * 70, 120, 90, 0x010203 * time);
    await Promise.all(clients.map((each) => each.update()));
    for (const each of clients) expect(each.shows(server.picture.pixels)).toBe(true);
  }
  for (const each of clients) each.destroy();
});

test('a client that goes away in the middle of an update does no harm', async () => {
  for (let time = 0; time < 20; time++) {
    const short = await RfbClient.open(server.port);
    short.setEncodings(16);
    short.request(false);
    await short.reader.bytes(1);
    short.socket.resetAndDestroy();
  }
  await server.event('left 21');
  client.request(false);
  await client.update();
  expect(client.shows(server.picture.pixels)).toBe(true);
});
