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

const hostile = {
  quotes: 'http://"evil",\\"x":"',
  'control characters': 'http://\x01\x1b[2J\x7f\t.example',
  'bytes that are no UTF-8': 'http://\xff\xfe\xc3(\x80.example',
  'half a character at the end': `http://${'\xc3\xa4'.repeat(76)}\xe2\x82`,
  'more than fits into a line': `http://${'\x02'.repeat(5000)}`,
};

test.for(Object.entries(hostile))(
  'A line in JSON is an object although the client sends %s',
  async ([, origin]) => {
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
    expect(JSON.parse(line)).toMatchObject({ event: 'refused', status: expect.any(Number) });
  },
);

test.for(Object.entries(hostile))(
  'The origin of a client that sends %s is told in JSON, a byte a character',
  async ([, origin]) => {
    const options = ['--log-format', 'json', '--allow-origin', '*'];
    const server = await wrapServer('echo_select', [], { options });
    const opening = makeOpening(server.port, { origin: 'ORIGIN' });
    const connection = await Connection.open(server.port);
    const request = opening.request.toString('latin1').replace('ORIGIN', origin);
    await connection.write(Buffer.from(request, 'latin1'));
    const line = await server.errors.line(/"(opened|refused)"/);
    const told = JSON.parse(line);
    if (told.event === 'opened') expect(told.origin).toBe(origin.slice(0, 160));
    else expect(told).toMatchObject({ status: 400 });
  },
);
