import { afterEach, beforeEach, expect, test } from 'vitest';
import { CUT_TEXT_MAX, ENCODINGS_MAX } from '../../src/demo/rfb/limits.js';
import { RfbClient } from './rfb-client.js';
import { formatBytes, TRUE_COLOR_32 } from './rfb-formats.js';
import { stillServer } from './still-server.js';

let server: Awaited<ReturnType<typeof stillServer>>;
let client: RfbClient;
beforeEach(async () => {
  server = await stillServer();
  client = await RfbClient.open(server.port);
});
afterEach(() => {
  client.destroy();
  server.close();
});

test('keys and pointer arrive with the number of their client', async () => {
  const other = await RfbClient.open(server.port);
  client.key(0x61);
  client.key(0x61, false);
  other.pointer(7, 8, 1);
  await server.event('key 1 97 false');
  await server.event('pointer 2 7 8 1');
  expect(server.events).toContain('key 1 97 true');
  other.destroy();
});

test('a pointer beyond the edge is moved to the edge', async () => {
  client.pointer(65535, 65535);
  await server.event('pointer 1 199 149 0');
});

test('a clipboard is read and forgotten', async () => {
  const text = Buffer.alloc(100_000, 'x');
  client.send([6, 0, 0, 0, 0, 1, 0x86, 0xa0]);
  client.send(text);
  client.key(0x62);
  await server.event('key 1 98 true');
});

test('messages may come byte by byte', async () => {
  client.socket.setNoDelay(true);
  for (const byte of [4, 1, 0, 0, 0, 0, 0, 0x63, 5, 0, 0, 9, 0, 9]) {
    client.send([byte]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await server.event('key 1 99 true');
  await server.event('pointer 1 9 9 0');
});

const colorMap = formatBytes(TRUE_COLOR_32).with(3, 0);
const BAD: Record<string, { bytes: number[]; reason: RegExp }> = {
  'a message that is not known': { bytes: [77], reason: /type 77/ },
  'too many encodings': {
    bytes: [2, 0, (ENCODINGS_MAX + 1) >> 8, (ENCODINGS_MAX + 1) & 255],
    reason: /encodings/,
  },
  'a clipboard that is too long': {
    bytes: [6, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => ((CUT_TEXT_MAX + 1) >> shift) & 255)],
    reason: /clipboard/,
  },
  'a negative clipboard': { bytes: [6, 0, 0, 0, 255, 255, 255, 255], reason: /clipboard/ },
  'a color map': { bytes: [0, 0, 0, 0, ...colorMap], reason: /color maps/ },
  'pixels of 24 bits': {
    bytes: [0, 0, 0, 0, ...formatBytes(TRUE_COLOR_32).with(0, 24)],
    reason: /24 bits/,
  },
  'a color beside the pixel': {
    bytes: [0, 0, 0, 0, ...formatBytes(TRUE_COLOR_32).with(10, 30)],
    reason: /shifted/,
  },
  'a color without levels': {
    bytes: [0, 0, 0, 0, ...formatBytes(TRUE_COLOR_32).with(5, 0)],
    reason: /maximum 0/,
  },
};

for (const [title, { bytes, reason }] of Object.entries(BAD)) {
  test(`${title} ends that connection, with the reason, and no other`, async () => {
    const bad = await RfbClient.open(server.port);
    bad.send(bytes);
    await bad.closed();
    expect(await server.event('left 2')).toMatch(reason);
    client.request(false);
    await client.update();
    expect(client.shows(server.picture.pixels)).toBe(true);
  });
}

test('noise of any kind ends at most its own connection', async () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >> 16) & 255;
  };
  for (let time = 0; time < 60; time++) {
    const noisy = await RfbClient.open(server.port);
    noisy.send(Array.from({ length: 300 }, random));
    noisy.socket.end();
    await noisy.closed();
  }
  client.request(false);
  await client.update();
  expect(client.shows(server.picture.pixels)).toBe(true);
});
