import { describe, expect, test } from 'vitest';
import { Client, Connection, readResponse, readToEnd } from '../support/client/index.js';
import { type WrappedServer, wrapServer } from '../support/wrapped.js';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const VERSION = 'Sec-WebSocket-Version: 13';
const UPGRADE = 'Upgrade: websocket';
const CONNECTION = 'Connection: Upgrade';
const HOST = 'Host: localhost';
const KEY1 = 'Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5';
const KEY2 = 'Sec-WebSocket-Key2: 12998 5 Y3 1  .P00';
const many = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: ${i}`);

const requests: {
  what: string;
  head: string[];
  status: number;
  reason: string;
  fields?: Record<string, string>;
}[] = [
  {
    what: 'A plain GET',
    head: ['GET / HTTP/1.1', HOST],
    status: 426,
    reason: 'not-websocket',
    fields: { upgrade: 'websocket', 'sec-websocket-version': '13' },
  },
  {
    what: 'A plain POST',
    head: ['POST / HTTP/1.1', HOST, 'Content-Length: 0'],
    status: 426,
    reason: 'not-websocket',
    fields: { upgrade: 'websocket' },
  },
  {
    what: 'A POST with Upgrade',
    head: ['POST / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY, VERSION],
    status: 405,
    reason: 'method',
    fields: { allow: 'GET' },
  },
  {
    what: 'HTTP/1.0',
    head: ['GET / HTTP/1.0', HOST, UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'http-version',
  },
  {
    what: 'No Host',
    head: ['GET / HTTP/1.1', UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'host-field',
  },
  {
    what: 'Two Hosts',
    head: ['GET / HTTP/1.1', HOST, HOST, UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'host-field',
  },
  {
    what: 'An empty Host',
    head: ['GET / HTTP/1.1', 'Host:', UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'host-field',
  },
  {
    what: 'No Connection: Upgrade',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, KEY, VERSION],
    status: 400,
    reason: 'connection-field',
  },
  {
    what: 'A version without a key',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, VERSION],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A key that is too short',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, 'Sec-WebSocket-Key: c2hvcnQ=', VERSION],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A key that is not base64',
    head: [
      'GET / HTTP/1.1',
      HOST,
      UPGRADE,
      CONNECTION,
      'Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==',
      VERSION,
    ],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A key of ten thousand characters',
    head: [
      'GET / HTTP/1.1',
      HOST,
      UPGRADE,
      CONNECTION,
      `Sec-WebSocket-Key: ${'A'.repeat(10_000)}`,
      VERSION,
    ],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A key without a version',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY],
    status: 400,
    reason: 'version-field',
  },
  {
    what: 'Version 12',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY, 'Sec-WebSocket-Version: 12'],
    status: 426,
    reason: 'version',
    fields: { 'sec-websocket-version': '13, 8, 7' },
  },
  {
    what: 'A version that is not a number',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY, 'Sec-WebSocket-Version: new'],
    status: 400,
    reason: 'version-field',
  },
  {
    what: 'The first Hixie key alone',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY1],
    status: 400,
    reason: 'key',
  },
  {
    what: 'The second Hixie key alone',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, KEY2],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A Hixie key without spaces',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, 'Sec-WebSocket-Key1: 12345x', KEY2],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A Hixie key that its spaces do not divide',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, 'Sec-WebSocket-Key1: 1 2 3', KEY2],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A Hixie key whose quotient is over 32 bits',
    head: ['GET / HTTP/1.1', HOST, UPGRADE, CONNECTION, 'Sec-WebSocket-Key1: 42949672 96', KEY2],
    status: 400,
    reason: 'key',
  },
  {
    what: 'A Hixie key of digits without end',
    head: [
      'GET / HTTP/1.1',
      HOST,
      UPGRADE,
      CONNECTION,
      `Sec-WebSocket-Key1: 1 ${'9'.repeat(9000)}`,
      KEY2,
    ],
    status: 400,
    reason: 'key',
  },
  {
    what: 'White space before a colon',
    head: ['GET / HTTP/1.1', 'Host : localhost', UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'malformed',
  },
  {
    what: 'A folded line',
    head: ['GET / HTTP/1.1', HOST, 'X-Long: a', ' b', UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'malformed',
  },
  {
    what: 'A NUL in a field',
    head: ['GET / HTTP/1.1', HOST, 'X-Zero: \0', UPGRADE, CONNECTION, KEY, VERSION],
    status: 400,
    reason: 'malformed',
  },
  {
    what: 'A head of 17 KiB',
    head: [
      'GET / HTTP/1.1',
      HOST,
      `X-Long: ${'x'.repeat(17 << 10)}`,
      UPGRADE,
      CONNECTION,
      KEY,
      VERSION,
    ],
    status: 431,
    reason: 'head-too-large',
  },
  {
    what: 'A Host of 17 KiB',
    head: ['GET / HTTP/1.1', `Host: ${'x'.repeat(17 << 10)}`, UPGRADE, CONNECTION, KEY, VERSION],
    status: 431,
    reason: 'head-too-large',
  },
  {
    what: 'A path of 17 KiB',
    head: [`GET /${'x'.repeat(17 << 10)} HTTP/1.1`, HOST, UPGRADE, CONNECTION, KEY, VERSION],
    status: 431,
    reason: 'head-too-large',
  },
  {
    what: 'A head of 101 fields',
    head: ['GET / HTTP/1.1', HOST, ...many(96), UPGRADE, CONNECTION, KEY, VERSION],
    status: 431,
    reason: 'head-too-large',
  },
  {
    what: 'A Host from elsewhere',
    head: ['GET / HTTP/1.1', 'Host: evil.example', UPGRADE, CONNECTION, KEY, VERSION],
    status: 403,
    reason: 'host',
  },
  {
    what: 'An Origin from elsewhere',
    head: [
      'GET / HTTP/1.1',
      HOST,
      'Origin: http://evil.example',
      UPGRADE,
      CONNECTION,
      KEY,
      VERSION,
    ],
    status: 403,
    reason: 'origin',
  },
  {
    what: 'Origin: null',
    head: ['GET / HTTP/1.1', HOST, 'Origin: null', UPGRADE, CONNECTION, KEY, VERSION],
    status: 403,
    reason: 'origin',
  },
];

/** A good client is served; so whatever came before it has been dealt with. Only it has reached the program. */
async function expectOnlyGoodOne(server: WrappedServer): Promise<void> {
  const client = await Client.open(server.port);
  await client.send('good');
  expect((await client.receive(4)).toString()).toBe('good');
  expect(await server.accepted(1)).toBe(1);
}

const asBytes = (head: string[]) => Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');

describe('It is answered in HTTP and never reaches the program:', () => {
  test.for(requests)('$what: $status', async ({ head, status, reason, fields = {} }) => {
    const server = await wrapServer('echo_blocking');
    const connection = await Connection.open(server.port);
    await connection.write(asBytes(head));
    const response = await readResponse(connection);
    expect(response.status).toBe(status);
    for (const [name, value] of Object.entries(fields))
      expect(response.fields.get(name)).toBe(value);
    await readToEnd(connection);
    const line = await server.logged('refused', { status, reason });
    expect(line.subject).toBe(`127.0.0.1:${connection.socket.localPort}`);
    await expectOnlyGoodOne(server);
  });
});

describe('It is ended without an answer and never reaches the program:', () => {
  const beginnings = [
    { what: 'an SSH client', bytes: 'SSH-2.0-OpenSSH_9.2\r\n', reason: 'not-http' },
    { what: 'a TLS client', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', reason: 'tls' },
    { what: 'noise', bytes: '\0\x01\x02\xff\xfe', reason: 'not-http' },
  ];
  test.for(beginnings)('$what', async ({ bytes, reason }) => {
    const server = await wrapServer('echo_blocking');
    const connection = await Connection.open(server.port);
    await connection.write(Buffer.from(bytes, 'latin1'));
    expect((await readToEnd(connection)).length).toBe(0);
    await server.logged('refused', { reason });
    await expectOnlyGoodOne(server);
  });
});

test('A request that is refused in pieces never reaches a read of the program as data', async () => {
  const server = await wrapServer('echo_select');
  const connection = await Connection.open(server.port);
  await connection.writeInPieces(asBytes(['GET / HTTP/1.1', HOST]), 1);
  expect((await readResponse(connection)).status).toBe(426);
  expect((await readToEnd(connection)).toString()).not.toContain('GET');
});
