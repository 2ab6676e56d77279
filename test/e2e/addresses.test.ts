import { describe, expect, test } from 'vitest';
import { Client, Connection, echo } from '../support/client/index.js';
import { readExactly } from '../support/client/response.js';
import { freePort } from '../support/free-port.js';
import { styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for(styles)('A server with $style', ({ server: name, words }) => {
  test.for([
    { listens: '::1', connects: '::1', shows: '[::1]', seen: '::1' },
    { listens: '::', connects: '::1', shows: '[::1]', seen: '::1' },
    { listens: '::', connects: '127.0.0.1', shows: '127.0.0.1', seen: '::ffff:127.0.0.1' },
    { listens: '0.0.0.0', connects: '127.0.0.1', shows: '127.0.0.1', seen: '127.0.0.1' },
  ])(
    'that listens on $listens serves $connects and sees its address',
    async ({ listens, connects, shows, seen }) => {
      const server = await wrapServer(name, [...words, `address=${listens}`]);
      const client = await Client.open(server.port, { address: connects });
      await echo(client, { bytes: 1 << 16, seed: 1 });
      const peer = client.connection.socket.localPort;
      expect(await server.output.line(/^accepted/)).toBe(`accepted ${seen} ${peer}`);
      const line = await server.logged('opened');
      expect([`${shows}:${peer}`, `[${seen}]:${peer}`]).toContain(line.subject);
    },
  );
});

test('On an IPv6 loopback listener the Host must be a loopback one, too', async () => {
  for (const address of ['::1', '::ffff:127.0.0.1']) {
    const server = await wrapServer('echo_thread', [`address=${address}`]);
    const opening = { address: address.replace('::ffff:', ''), host: 'evil.example' };
    await expect(Client.open(server.port, opening)).rejects.toThrow(/403/);
    expect(await server.accepted(0)).toBe(0);
  }
});

test('Several ports of one server speak WebSocket', async () => {
  const more = [await freePort(), await freePort()];
  const server = await wrapServer('echo_ports', [`more=${more.join()}`], { ports: more });
  for (const [place, port] of [server.port, ...more].entries()) {
    const client = await Client.open(port);
    expect((await client.receive(2)).toString()).toBe(`${place}\n`);
    await echo(client, { bytes: 1 << 16, seed: 1 });
    await server.logged('opened', { port });
  }
});

test('Ports that are not named stay plain TCP', async () => {
  const more = await freePort();
  const server = await wrapServer('echo_ports', [`more=${more}`]);
  const connection = await Connection.open(more);
  await connection.write(Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'));
  expect((await readExactly(connection, 40)).toString()).toBe(
    '1\nGET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
  );
  const client = await Client.open(server.port);
  expect((await client.receive(2)).toString()).toBe('0\n');
});
