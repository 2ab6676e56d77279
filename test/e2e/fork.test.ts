import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { asRoot, requires } from '../support/requires.js';
import { wrapServer } from '../support/wrapped.js';

const ends = ['close', 'exit', '_exit', 'exec'];

describe('Two processes hold a connection, and the Close comes when the last one lets go of it:', () => {
  for (const first of ['parent', 'child'])
    test.for(ends)(`the ${first} first, the child by %s`, async (end) => {
      const server = await wrapServer('last_holder', [`first=${first}`, `end=${end}`]);
      for (const dialect of ['rfc6455', 'hixie76'] as const) {
        const client = await Client.open(server.port, { dialect });
        const { data, code } = await client.receiveToClose();
        expect(data.toString()).toBe('last\n');
        expect(code).toBe(dialect === 'rfc6455' ? 1000 : 0);
      }
      await server.logged('closed', {}, 2);
      expect(server.logLines('closed')).toHaveLength(2);
    });
});

/* As in a container: what another user's process holds cannot be seen, not even by root. */
requires([asRoot, 'setpriv'], 'Without the right to look into processes', () => {
  test('the Close is left to a child that has become another user', async () => {
    const server = await wrapServer('last_holder', ['first=parent', 'user=65534'], {
      under: ['setpriv', '--bounding-set=-sys_ptrace'],
    });
    const client = await Client.open(server.port, { dialect: 'rfc6455' });
    const { data, code } = await client.receiveToClose();
    expect(data.toString()).toBe('last\n');
    expect(code).toBe(1000);
  });
});

test.for(['close', 'exit', '_exit', 'keep'])(
  'A forking server serves many clients, its children ending by %s',
  async (word) => {
    const server = await wrapServer('echo_fork', [word]);
    for (let i = 1; i <= 10; i++) {
      const client = await Client.open(server.port);
      await echo(client, { bytes: 1 << 18, seed: i });
      await client.close(1000);
      expect((await client.receiveToClose()).code).toBe(1000);
    }
    await server.logged('closed', { code: 1000 }, 10);
  },
);

test('A hundred children serve a hundred clients at once', async () => {
  const { port } = await wrapServer('echo_fork');
  const clients = await Promise.all(Array.from({ length: 100 }, () => Client.open(port)));
  await Promise.all(clients.map((client, i) => echo(client, { bytes: 1 << 14, seed: i + 1 })));
  for (const client of clients) await client.close(1000).then(() => client.receiveToClose());
});

test('Four processes that accept on one listener serve four clients at once, and forty one after the other', async () => {
  const server = await wrapServer('echo_blocking', ['prefork']);
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 4 }, () => Client.open(server.port)));
    await Promise.all(clients.map((client, i) => echo(client, { bytes: 1 << 16, seed: i + 1 })));
    for (const client of clients) await client.close(1000).then(() => client.receiveToClose());
    for (let i = 1; i <= 4; i++) await server.ended(4 * round + i);
  }
});
