import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Client, Connection, readToEnd } from '../support/client/index.js';
import { styles } from '../support/styles.js';
import { type WrappedServer, wrapServer } from '../support/wrapped.js';

const COUNT = 1000;

/** Descriptors of the server while one client is being served, everything before that client being over. */
async function openDescriptors(server: WrappedServer): Promise<number> {
  const pid = await server.serverPid();
  const client = await Client.open(server.port);
  await client.send('x');
  await client.receive(1);
  const count = readdirSync(`/proc/${pid}/fd`).length;
  await client.close(1000);
  await client.receiveToClose();
  return count;
}

async function beRefused(port: number, request: string): Promise<void> {
  const connection = await Connection.open(port);
  await connection.write(Buffer.from(request));
  await readToEnd(connection);
  connection.socket.destroy();
}

// A parent that goes on while its child echoes, and a thread, close theirs when they like.
const inOrder = styles.filter(({ server }) => server !== 'echo_thread' && server !== 'echo_fork');
const keeping = {
  style: 'a process per connection, waited for',
  server: 'echo_fork',
  words: ['keep'],
};

describe.for([...inOrder, keeping])(
  'A server with $style has no more descriptors',
  ({ server: name, words }) => {
    test('after a thousand refused clients', async () => {
      const server = await wrapServer(name, words);
      const before = await openDescriptors(server);
      for (let i = 0; i < COUNT; i += 2) {
        await beRefused(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await beRefused(server.port, 'no such thing\r\n\r\n');
      }
      expect(await openDescriptors(server)).toBe(before);
      expect(await server.accepted(2)).toBe(2);
    });

    test('after a thousand clients, half of which went without a Close', async () => {
      const server = await wrapServer(name, words);
      const before = await openDescriptors(server);
      for (let i = 0; i < COUNT; i++) {
        const client = await Client.open(server.port);
        await client.send('x');
        await client.receive(1);
        if (i % 2 === 0) client.connection.reset();
        else await client.close(1000).then(() => client.receiveToClose());
        await server.ended(i + 2);
      }
      expect(await openDescriptors(server)).toBe(before);
    });
  },
);
