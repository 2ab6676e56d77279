import { execa } from 'execa';
import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { Random } from '../support/random.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

/** The longest value that memcached takes by default is a little less than 1 MiB. */
const LONGEST = (1 << 20) - 1024;

async function line(client: Client): Promise<string> {
  let text = '';
  while (!text.endsWith('\r\n')) text += (await client.receive(1)).toString('latin1');
  return text.slice(0, -2);
}

async function set(client: Client, key: string, value: Buffer): Promise<void> {
  await client.send(`set ${key} 0 0 ${value.length}\r\n`);
  await client.send(value);
  await client.send('\r\n');
  expect(await line(client)).toBe('STORED');
}

async function get(client: Client, key: string): Promise<Buffer> {
  await client.send(`get ${key}\r\n`);
  const [, , , length] = (await line(client)).split(' ');
  const value = await client.receive(Number(length));
  expect([await line(client), await line(client)]).toEqual(['', 'END']);
  return value;
}

requires(['memcached', 'memcslap'], 'memcached', () => {
  test('keeps values of sixteen clients at once', async () => {
    const server = await RealServer.start(catalogue.memcached);
    const session = async (seed: number) => {
      const client = await Client.open(server.port);
      const random = new Random(seed);
      const values = Array.from({ length: 20 }, () => random.bytes(random.size(100_000)));
      values.push(random.bytes(LONGEST));
      for (const [i, value] of values.entries()) await set(client, `${seed}:${i}`, value);
      for (const [i, value] of values.entries())
        expect(hashOf(await get(client, `${seed}:${i}`))).toBe(hashOf(value));
      await client.send('quit\r\n');
      expect((await client.receiveToClose()).code).toBe(1000);
    };
    await session(0);
    await server.settle();
    await Promise.all(Array.from({ length: 16 }, (_, i) => session(i + 1)));
    await server.finish();
  });

  test('stands memcslap, and tells of the peers that it serves', async () => {
    const server = await RealServer.start(catalogue.memcached);
    const bridge = await server.bridge();
    const load = ['--concurrency', '8', '--execute-number', '500', '--initial-load', '100'];
    for (const test of ['set', 'get']) {
      const args = ['--servers', `127.0.0.1:${bridge.port}`, '--test', test, ...load];
      const { stdout, stderr } = await execa('memcslap', args);
      expect(`${stdout}${stderr}`).not.toMatch(/fail|error/i);
      await server.settle();
    }
    const client = await Client.open(server.port);
    await client.send('stats conns\r\n');
    const peer = `127.0.0.1:${client.connection.socket.localPort}`;
    for (let text = ''; !text.includes(`addr tcp:${peer}`); ) {
      text = await line(client);
      expect(text).not.toBe('END');
    }
    await client.close(1000);
    await server.finish();
  });
});
