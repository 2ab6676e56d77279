import { expect, test } from 'vitest';
import { Client, Refused } from '../support/client/index.js';
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
