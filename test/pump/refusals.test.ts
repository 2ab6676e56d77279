import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PumpOptions } from '../../src/native/pump.js';
import type { RefusalToken } from '../../src/native/tables.js';
import { Client, Connection, Refused, readResponse, readToEnd } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { type Decide, RunningPump, toPort } from './running-pump.js';
import { startEcho, startSilent, startTarget } from './targets.js';

const nobody: Decide = () => undefined;

async function status(port: number): Promise<number> {
  const failure = await Client.open(port).then(
    () => undefined,
    (error) => error,
  );
  expect(failure).toBeInstanceOf(Refused);
  return failure.response.status;
}

async function answerTo(port: number, bytes: string): Promise<number> {
  const connection = await Connection.open(port);
  await connection.write(Buffer.from(bytes, 'latin1'));
  const { status: code } = await readResponse(connection);
  await readToEnd(connection);
  return code;
}

const requests: {
  what: string;
  bytes: string;
  status: number;
  reason: RefusalToken;
  options?: Partial<PumpOptions>;
}[] = [
  {
    what: 'a plain GET',
    bytes: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    status: 426,
    reason: 'not-websocket',
  },
  { what: 'nonsense', bytes: 'GET  / HTTP/1.1\r\n', status: 400, reason: 'malformed' },
  {
    what: 'a head of more than 16 KiB',
    bytes: `GET / HTTP/1.1\r\nA: ${'a'.repeat(17_000)}`,
    status: 431,
    reason: 'head-too-large',
  },
  {
    what: 'a foreign Host on a loopback address',
    bytes: handshake('evil.example'),
    status: 403,
    reason: 'host',
  },
  {
    what: 'a foreign Origin',
    bytes: handshake('localhost', 'Origin: http://evil.example'),
    status: 403,
    reason: 'origin',
  },
  {
    what: 'a dialect that is off',
    bytes: handshake('localhost'),
    status: 403,
    reason: 'dialect',
    options: { dialects: ['hixie76'] },
  },
  {
    what: 'a handshake in the clear where TLS is a must',
    bytes: handshake('localhost'),
    status: 403,
    reason: 'secure-only',
    options: { secureOnly: true },
  },
  {
    what: 'plain HTTP where TLS is a must',
    bytes: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    status: 403,
    reason: 'secure-only',
    options: { secureOnly: true, http: true },
  },
  {
    what: 'half a request, and then nothing',
    bytes: 'GET / HTTP/1.1\r\n',
    status: 408,
    reason: 'timeout',
    options: { handshakeTimeoutMs: 50 },
  },
];

function handshake(host: string, ...fields: string[]): string {
  return [
    'GET / HTTP/1.1',
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...fields,
    '\r\n',
  ].join('\r\n');
}

describe('The answer', () => {
  test.for(requests)('to $what is $status', async ({ bytes, status: code, reason, options }) => {
    const running = new RunningPump(options ?? {}, nobody);
    const port = await running.listen();
    expect(await answerTo(port, bytes)).toBe(code);
    const refused = await running.next('refused');
    expect(refused).toMatchObject({ reason, status: code, local: { address: '127.0.0.1', port } });
    expect(refused).not.toHaveProperty('id');
    expect(running.pump.counters()).toMatchObject({ open: 0, opening: 0 });
  });

  test('names Host and Origin in what is reported', async () => {
    const running = new RunningPump({}, nobody);
    await answerTo(await running.listen(), handshake('localhost', 'Origin: http://evil.example'));
    const refused = await running.next('refused');
    expect(refused).toMatchObject({ host: 'localhost', origin: 'http://evil.example' });
  });
});

test('TLS, where it is not expected, gets no answer', async () => {
  const running = new RunningPump({}, nobody);
  const connection = await Connection.open(await running.listen());
  await connection.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]));
  expect(await readToEnd(connection)).toHaveLength(0);
  expect(await running.next('refused')).toMatchObject({ reason: 'tls', status: 0 });
});

test('A client that leaves in the middle of its request is reported', async () => {
  const running = new RunningPump({}, nobody);
  const connection = await Connection.open(await running.listen());
  await connection.write(Buffer.from('GET / HT'));
  connection.end();
  expect(await running.next('refused')).toMatchObject({ reason: 'client-left', status: 0 });
});

test('A handshake that is not decided about in time is answered with 408', async () => {
  const running = new RunningPump({ handshakeTimeoutMs: 50 }, nobody);
  expect(await status(await running.listen())).toBe(408);
  const { id } = await running.next('websocket');
  expect(await running.next('refused')).toMatchObject({ id, reason: 'timeout' });
  running.pump.connect(id, { addresses: [{ address: '127.0.0.1', port: 1 }] });
});

test('What JavaScript refuses is answered with the status of the reason', async () => {
  const running = new RunningPump({}, (arrival, pump) => pump.refuse(arrival.id, 'busy'));
  expect(await status(await running.listen())).toBe(503);
  const { id } = await running.next('websocket');
  expect(await running.next('refused')).toMatchObject({ id, reason: 'busy', status: 503 });
});

test('A connection too many is answered with 503, until another has ended', async () => {
  const running = new RunningPump({ maxConnections: 2 }, toPort(await startEcho()));
  const port = await running.listen();
  const first = await Client.open(port);
  await Client.open(port);
  expect(await status(port)).toBe(503);
  expect(await running.next('refused')).toMatchObject({ reason: 'busy' });
  await first.close();
  await running.next('ended');
  await Client.open(port);
});

describe('A target', () => {
  test('where nobody listens is answered with 502', async () => {
    const running = new RunningPump({}, toPort(await freePort()));
    expect(await status(await running.listen())).toBe(502);
    expect(await running.next('refused')).toMatchObject({ reason: 'target-refused', status: 502 });
  });

  test('that is a Unix socket which is not there is answered with 502', async () => {
    const unixPath = join(tmpdir(), 'wswrap-nobody-is-here');
    const running = new RunningPump({}, ({ id }, pump) => pump.connect(id, { unixPath }));
    expect(await status(await running.listen())).toBe(502);
  });

  test('with several addresses is tried in their order', async () => {
    const good = await startEcho();
    const never = await startTarget(() => expect.unreachable());
    const ports = [await freePort(), await freePort(), good, never];
    const addresses = ports.map((port) => ({ address: '127.0.0.1', port }));
    const running = new RunningPump({}, ({ id }, pump) => pump.connect(id, { addresses }));
    const client = await Client.open(await running.listen());
    await client.send('hello');
    expect((await client.receive(5)).toString()).toBe('hello');
  });

  test('that does not answer is answered with 504', async () => {
    const port = await startSilent();
    const running = new RunningPump({ connectTimeoutMs: 100 }, toPort(port));
    expect(await status(await running.listen())).toBe(504);
    expect(await running.next('refused')).toMatchObject({ reason: 'target-timeout', status: 504 });
  });

  test('that does not answer leaves time for the next address', async () => {
    const addresses = [await startSilent(), await startEcho()].map((port) => ({
      address: '127.0.0.1',
      port,
    }));
    const running = new RunningPump({ connectTimeoutMs: 1000 }, ({ id }, pump) =>
      pump.connect(id, { addresses }),
    );
    await Client.open(await running.listen());
  });
});

test('What is no address is no target', () => {
  const running = new RunningPump({}, nobody);
  expect(() => running.pump.connect(1, { addresses: [] })).toThrow(TypeError);
  expect(() => running.pump.connect(1, { addresses: [{ address: 'localhost', port: 1 }] })).toThrow(
    'localhost is no address',
  );
});
