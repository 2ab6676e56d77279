import { expect, test } from 'vitest';
import { Client, Connection, makeOpening, Refused, readToEnd } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test('The port and each connection are told in lines with their numbers', async () => {
  const server = await wrapServer('echo_select');
  const listening = await server.logged('listening', { pid: await server.serverPid() });
  expect(listening.subject).toBe(`127.0.0.1:${server.port}`);
  const client = await Client.open(server.port);
  await client.send('x'.repeat(1000));
  await client.receive(1000);
  await client.close(4321);
  await client.receiveToClose();
  const peer = `127.0.0.1:${client.connection.socket.localPort}`;
  const opened = await server.logged('opened', {
    port: server.port,
    dialect: 'rfc6455',
    subprotocol: '-',
    origin: '-',
  });
  expect(opened.subject).toBe(peer);
  const closed = await server.logged('closed', {
    port: server.port,
    code: 4321,
    in: 1000,
    out: 1000,
  });
  expect(closed.subject).toBe(peer);
  expect(closed.fields.get('seconds')).toMatch(/^\d+\.\d{3}$/);
  expect(closed.fields.has('error')).toBe(false);
});

test('In JSON each line is an object', async () => {
  const server = await wrapServer('echo_select', [], { options: ['--log-format', 'json'] });
  const client = await Client.open(server.port, { origin: 'http://localhost' });
  await client.close();
  await client.receiveToClose();
  await expect(Client.open(server.port, { origin: 'http://"evil\\.example' })).rejects.toThrow(
    Refused,
  );
  await server.errors.line(/"refused"/);
  await server.errors.line(/"closed"/);
  const events = server.errors.all.map((line) => JSON.parse(line) as Record<string, unknown>);
  const peer = `127.0.0.1:${client.connection.socket.localPort}`;
  expect(events).toContainEqual(expect.objectContaining({ event: 'listening' }));
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'opened',
      peer,
      port: server.port,
      origin: 'http://localhost',
    }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'closed', peer, port: server.port }),
  );
  expect(events).toContainEqual(expect.objectContaining({ event: 'refused', status: 403 }));
});

test('Nothing that a client sends can begin a line of its own', async () => {
  const server = await wrapServer('echo_select');
  const evil = 'http://evil.example/"\x1b[2Jwswrap:\x80 opened';
  await expect(Client.open(server.port, { origin: evil })).rejects.toThrow(Refused);
  const line = (await server.errors.line(/refused/)) ?? '';
  expect(line).toMatch(/^[ -~]*$/);
  expect(server.logLines('opened')).toHaveLength(0);
});

// `event` is what becomes of the client when every origin is allowed: control characters are no part of a field.
const hostile = [
  { what: 'quotes', origin: 'http://"evil",\\"x":"', event: 'opened' },
  { what: 'control characters', origin: 'http://\x01\x1b[2J\x7f\t.example', event: 'refused' },
  { what: 'bytes that are no UTF-8', origin: 'http://\xff\xfe\xc3(\x80.example', event: 'opened' },
  {
    what: 'half a character at the end',
    origin: `http://${'\xc3\xa4'.repeat(76)}\xe2\x82`,
    event: 'opened',
  },
  { what: 'more than fits into a line', origin: `http://${'y'.repeat(5000)}`, event: 'opened' },
  {
    what: 'more control characters than fit into a line',
    origin: `http://${'\x02'.repeat(5000)}`,
    event: 'refused',
  },
];

test.for(hostile)(
  'A line in JSON is an object although the client sends $what',
  async ({ origin }) => {
    const options = ['--log-format', 'json'];
    const server = await wrapServer('echo_select', [], { options });
    const opening = makeOpening(server.port, { origin: 'ORIGIN', host: 'HOST' });
    const request = opening.request.toString('latin1');
    const connection = await Connection.open(server.port);
    await connection.write(
      Buffer.from(request.replace('ORIGIN', origin).replace('HOST', origin), 'latin1'),
    );
    await readToEnd(connection);
    const line = await server.errors.line(/"refused"/);
    expect(line).toMatch(/^[ -~]*$/);
    // As a host it is no better than malformed.
    expect(JSON.parse(line)).toMatchObject({ event: 'refused', status: 400 });
  },
);

async function firstLineOf(origin: string) {
  const options = ['--log-format', 'json', '--allow-origin', '*'];
  const server = await wrapServer('echo_select', [], { options });
  const opening = makeOpening(server.port, { origin: 'ORIGIN' });
  const connection = await Connection.open(server.port);
  const request = opening.request.toString('latin1').replace('ORIGIN', origin);
  await connection.write(Buffer.from(request, 'latin1'));
  return JSON.parse(await server.errors.line(/"(opened|refused)"/)) as Record<string, unknown>;
}

test.for(hostile.filter(({ event }) => event === 'opened'))(
  'The origin of a client that sends $what is told in JSON, a byte a character',
  async ({ origin }) => {
    const expected = { event: 'opened', origin: origin.slice(0, 160) };
    expect(await firstLineOf(origin)).toMatchObject(expected);
  },
);

test.for(hostile.filter(({ event }) => event === 'refused'))(
  'A client whose origin holds $what is refused although every origin is allowed',
  async ({ origin }) => {
    expect(await firstLineOf(origin)).toMatchObject({ event: 'refused', status: 400 });
  },
);
