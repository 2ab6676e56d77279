import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { PumpOptions } from '../../src/native/pump.js';
import { makeIdentity } from '../../src/relay/identity.js';
import { tlsCiphers } from '../../src/relay/tls-rules.js';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { type Decide, RunningPump, socketOf, toPort } from './running-pump.js';
import { startEcho } from './targets.js';

const MIB = 1 << 20;
const nobody: Decide = () => undefined;

/** A pump that speaks TLS; resolves to its port, too. */
async function securePump(
  options: Partial<PumpOptions>,
  decide: Decide,
): Promise<{ running: RunningPump; port: number }> {
  const running = new RunningPump(options, decide);
  running.pump.identify({ ...(await makeIdentity()), ...tlsCiphers() });
  return { running, port: await running.listen() };
}

test.for(allDialects)('Through TLS %s is spoken as in the clear', async (dialect) => {
  const { running, port } = await securePump({}, toPort(await startEcho()));
  const client = await Client.open(port, { dialect, secure: true });
  expect(await running.next('websocket')).toMatchObject({ secure: true });
  await echo(client, { bytes: MIB, seed: 1 });
  expect(running.pump.counters()).toMatchObject({ open: 1, bytesIn: MIB, bytesOut: MIB });
  await client.close(1000);
  await client.receiveToClose();
  expect(await running.next('ended')).toMatchObject({ cause: 'client', bytesIn: MIB });
});

describe('A plain HTTP request through TLS', () => {
  const request = 'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test('is handed on in the clear, and its answer goes back, however long they are', async () => {
    const { running, port } = await securePump({ http: true }, nobody);
    const connection = await Connection.open(port, '127.0.0.1', true);
    const body = Buffer.alloc(MIB, 'body');
    const sent = Buffer.concat([Buffer.from(request), body]);
    const sending = connection.write(sent);
    const arrival = await running.next('http');
    expect(arrival).toMatchObject({
      peer: { address: '127.0.0.1', port: connection.socket.localPort },
      local: { address: '127.0.0.1', port },
      loopback: true,
      secure: true,
    });
    const socket = socketOf(arrival);
    const chunks: Buffer[] = [];
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= sent.length) break;
    }
    await sending;
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
    socket.end(body);
    expect((await readToEnd(connection)).equals(body)).toBe(true);
    expect(running.pump.counters()).toEqual({ open: 0, opening: 0, bytesIn: 0, bytesOut: 0 });
  });

  test('ends when either side does', async () => {
    const { running, port } = await securePump({ http: true, idleTimeoutMs: 1 }, nobody);
    const leaving = await Connection.open(port, '127.0.0.1', true);
    await leaving.write(Buffer.from(request));
    const answering = socketOf(await running.next('http'));
    leaving.socket.destroy();
    await once(
      answering.resume().on('error', () => {}),
      'close',
    );
    const broken = await Connection.open(port, '127.0.0.1', true);
    await broken.write(Buffer.from(request));
    socketOf(await running.next('http')).destroy();
    await readToEnd(broken);
  });
});

test('A plain HTTP request through TLS is one of the connections that there may be', async () => {
  const { running, port } = await securePump({ http: true, maxConnections: 1 }, nobody);
  const first = await Connection.open(port, '127.0.0.1', true);
  await first.write(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
  socketOf(await running.next('http'));
  const second = await Connection.open(port);
  await second.write(Buffer.from('GET / HTTP/1.1\r\n'));
  expect(await running.next('refused')).toMatchObject({ reason: 'busy', status: 503 });
});

test('What begins like TLS and is not is reported with the reason', async () => {
  const { running, port } = await securePump({}, nobody);
  const connection = await Connection.open(port);
  await connection.write(Buffer.from('\x16\x03\x01\x00\x05hello', 'latin1'));
  expect(await running.next('tls-failed')).toMatchObject({
    peer: { address: '127.0.0.1', port: connection.socket.localPort },
    local: { address: '127.0.0.1', port },
    reason: expect.stringMatching(/^ERR_SSL_[A-Z_]+$/),
  });
  // An alert (RFC 8446 section 6), then the end.
  expect((await readToEnd(connection))[0]).toBe(21);
  expect(running.pump.counters()).toMatchObject({ open: 0, opening: 0 });
});

test('A request that does not end is answered through TLS', async () => {
  const { running, port } = await securePump({ handshakeTimeoutMs: 200 }, nobody);
  const connection = await Connection.open(port, '127.0.0.1', true);
  await connection.write(Buffer.from('GET / HTTP/1.1\r\n'));
  expect((await readToEnd(connection)).toString()).toMatch(/^HTTP\/1\.1 408 /);
  expect(await running.next('refused')).toMatchObject({ reason: 'timeout', status: 408 });
});

test('An identity that cannot be used is refused, and the former stays', async () => {
  const { running, port } = await securePump({}, toPort(await startEcho()));
  const [one, other] = [await makeIdentity(), await makeIdentity()];
  const mixed = { cert: one.cert, key: other.key, ...tlsCiphers() };
  expect(() => running.pump.identify(mixed)).toThrow("is not the certificate's");
  await echo(await Client.open(port, { secure: true }), { bytes: 1000, seed: 1 });
});

test('Connections go on with the identity that they have', async () => {
  const { running, port } = await securePump({}, toPort(await startEcho()));
  const client = await Client.open(port, { secure: true });
  for (let i = 0; i < 3; i++) running.pump.identify({ ...(await makeIdentity()), ...tlsCiphers() });
  await echo(client, { bytes: MIB, seed: 1 });
  await echo(await Client.open(port, { secure: true }), { bytes: MIB, seed: 2 });
});
