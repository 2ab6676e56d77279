import { once } from 'node:events';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addon } from '../../src/native/addon.js';
import { makeIdentity } from '../../src/relay/identity.js';
import { tlsCiphers } from '../../src/relay/tls-rules.js';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { type Decide, openPair, RunningPump, socketOf, toPort } from './running-pump.js';
import { startEcho, startTakenTarget } from './targets.js';
import { temporaryFolder } from './temporary-folder.js';

const nobody: Decide = () => undefined;
const HELLO = Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]);

test('A plain HTTP request is handed on, with nothing read from it', async () => {
  const running = new RunningPump({ http: true }, nobody);
  const port = await running.listen();
  const connection = await Connection.open(port);
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await connection.writeInPieces(request, 5);
  const arrival = await running.next('http');
  expect(arrival).toMatchObject({
    peer: { address: '127.0.0.1', port: connection.socket.localPort },
    local: { address: '127.0.0.1', port },
    loopback: true,
    secure: false,
  });
  const socket = socketOf(arrival);
  const [bytes] = await once(socket, 'data');
  expect(bytes).toEqual(request);
  socket.end('answer');
  expect((await readToEnd(connection)).toString()).toBe('answer');
  expect(running.pump.counters()).toMatchObject({ open: 0, opening: 0 });
});

describe('A connection that was accepted elsewhere', () => {
  const from = {
    peer: { address: '2001:db8::1', port: 4711 },
    local: { address: '2001:db8::2', port: 443 },
    loopback: false,
    secure: true,
  };

  test('is taken as the caller says that it is', async () => {
    const running = new RunningPump({ secureOnly: true }, toPort(await startEcho()));
    const [ours, theirs] = addon.socketPair();
    running.pump.adopt(theirs, from);
    const socket = new Socket({ fd: ours, readable: true, writable: true });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(
      'GET /x HTTP/1.1\r\nHost: example.org\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n',
    );
    const arrival = await running.next('websocket');
    expect(arrival).toMatchObject({ ...from, dialect: 'hixie75', path: '/x', proxied: false });
    const [answer] = await once(socket, 'data');
    expect(answer.toString()).toContain('WebSocket-Location: wss://example.org/x\r\n');
    socket.write('\x00aGVsbG8=\xff', 'latin1');
    const [echoed] = await once(socket, 'data');
    expect(echoed.toString('latin1')).toBe('\x00aGVsbG8=\xff');
  });

  test('can be TLS only once', async () => {
    const running = new RunningPump({}, nobody);
    running.pump.identify({ ...(await makeIdentity()), ...tlsCiphers() });
    const [ours, theirs] = addon.socketPair();
    running.pump.adopt(theirs, from);
    const socket = new Socket({ fd: ours, readable: true, writable: true });
    const end = once(socket.resume(), 'end');
    socket.write(HELLO);
    expect(await running.next('refused')).toMatchObject({ reason: 'tls', peer: from.peer });
    await end;
    socket.destroy();
  });
});

describe('A Flash policy request', () => {
  test.for([
    { what: 'in the clear', options: {} },
    { what: 'where TLS is a must', options: { secureOnly: true } },
  ])('$what is answered', async ({ options }) => {
    const running = new RunningPump(options, nobody);
    const connection = await Connection.open(await running.listen());
    await connection.write(Buffer.from('<policy-file-request/>\0'));
    expect((await readToEnd(connection)).toString('latin1')).toBe(
      '<cross-domain-policy><allow-access-from domain="*" to-ports="*" /></cross-domain-policy>\n\0',
    );
    expect(await running.next('flash')).toMatchObject({ peer: { address: '127.0.0.1' } });
  });
});

test('A handshake is reported with what it says', async () => {
  const running = new RunningPump({ subprotocols: 'mqtt' }, nobody);
  const port = await running.listen('::1');
  const opening = Client.open(port, {
    address: '::1',
    host: `[::1]:${port}`,
    path: '/a?b=c',
    origin: 'http://localhost',
    subprotocols: ['binary', 'mqtt'],
    pieces: [1],
  });
  const arrival = await running.next('websocket');
  expect(arrival).toMatchObject({
    peer: { address: '::1' },
    local: { address: '::1', port },
    loopback: true,
    secure: false,
    proxied: false,
    dialect: 'rfc6455',
    subprotocol: 'mqtt',
    origin: 'http://localhost',
    host: `[::1]:${port}`,
    path: '/a?b=c',
  });
  running.pump.refuse(arrival.id, 'busy');
  await expect(opening).rejects.toThrow('503');
});

test.for([
  {
    who: 'a trusted proxy',
    trustProxy: '10.0.0.0/8,127.0.0.1',
    peer: '2001:db8::7',
    proxied: true,
  },
  { who: 'anybody', trustProxy: '10.0.0.0/8', peer: '127.0.0.1', proxied: false },
])('Of $who the word about the client is taken as due', async ({ trustProxy, peer, proxied }) => {
  const running = new RunningPump({ trustProxy }, toPort(await startEcho()));
  await Client.open(await running.listen(), { fields: ['X-Forwarded-For: 2001:db8::7, 10.1.1.1'] });
  expect(await running.next('websocket')).toMatchObject({ peer: { address: peer }, proxied });
});

test('Unix sockets can be listened on and connected to', async () => {
  const unixPath = join(temporaryFolder(), 'inner');
  const inner = new RunningPump({}, toPort(await startEcho()));
  inner.pump.listen(addon.listenUnix(unixPath));
  const outer = new RunningPump({}, ({ id }, pump) => pump.connect(id, { unixPath }));
  const client = await Client.open(await outer.listen());
  // A WebSocket inside the WebSocket.
  await client.send(
    'GET / HTTP/1.1\r\nHost: anywhere\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n',
  );
  expect(await inner.next('websocket')).toMatchObject({
    peer: { address: '', port: 0 },
    local: { address: '', port: 0 },
    loopback: false,
  });
  const answer = 'HTTP/1.1 101 Web Socket Protocol Handshake\r\n';
  expect((await client.receive(answer.length)).toString()).toBe(answer);
});

test('What is to precede comes first, and what the client has sent early is not lost', async () => {
  const { port, take } = await startTakenTarget();
  const preface = Buffer.from('PROXY UNKNOWN\r\n');
  const running = new RunningPump({}, toPort(port, { preface }));
  const connection = await Connection.open(await running.listen());
  await connection.write(
    Buffer.from(
      'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n\x00aGVsbG8=\xff\xff\x00',
      'latin1',
    ),
  );
  expect((await (await take()).received).toString()).toBe('PROXY UNKNOWN\r\nhello');
});

test('A socket that is connected by somebody else can be joined', async () => {
  const running = new RunningPump({}, nobody);
  const [ours, theirs] = addon.socketPair();
  const opening = Client.open(await running.listen());
  const { id } = await running.next('websocket');
  running.pump.join(id, theirs, { preface: Buffer.from('first ') });
  const socket = new Socket({ fd: ours, readable: true, writable: true });
  onTestFinished(() => {
    socket.destroy();
  });
  const client = await opening;
  const [first] = await once(socket, 'data');
  expect(first.toString()).toBe('first ');
  socket.write('hello');
  expect((await client.receive(5)).toString()).toBe('hello');
});

test('A call with the id of a connection that has ended closes what comes with it', async () => {
  const { running, client } = await openPair();
  const { id } = await running.next('websocket');
  client.connection.reset();
  await running.next('ended');
  const [ours, theirs] = addon.socketPair();
  const socket = new Socket({ fd: ours, readable: true, writable: true });
  const end = once(socket.resume(), 'end');
  running.pump.join(id, theirs);
  running.pump.refuse(id, 'busy');
  await end;
  socket.destroy();
});

test('Connections of all dialects go on when the pump listens no more', async () => {
  const running = new RunningPump({}, toPort(await startEcho()));
  const port = await running.listen();
  const clients = await Promise.all(allDialects.map((dialect) => Client.open(port, { dialect })));
  running.pump.stopListening();
  for (const client of clients) await echo(client, { bytes: 1 << 16, seed: 1 });
  await expect(Connection.open(port)).rejects.toThrow('ECONNREFUSED');
});
