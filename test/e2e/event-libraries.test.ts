import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { requires } from '../support/requires.js';
import { dialects } from '../support/styles.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

const libraries = [
  { what: 'libevent', name: 'echo_libevent', env: {} },
  { what: 'libevent with poll', name: 'echo_libevent', env: { EVENT_NOEPOLL: '1' } },
  {
    what: 'libevent with select',
    name: 'echo_libevent',
    env: { EVENT_NOEPOLL: '1', EVENT_NOPOLL: '1' },
  },
  { what: 'libev', name: 'echo_libev', env: { LIBEV_FLAGS: '4' } },
  { what: 'libev with poll', name: 'echo_libev', env: { LIBEV_FLAGS: '2' } },
  { what: 'libev with select', name: 'echo_libev', env: { LIBEV_FLAGS: '1' } },
  { what: 'libuv', name: 'echo_libuv', env: {} },
];

for (const { what, name, env } of libraries)
  requires([serverPath(name)], `A server on ${what}`, () => {
    test('echoes to eight clients at once, two of each dialect, and sees them go', async () => {
      const server = await wrapServer(name, [], { env });
      const clients = await Promise.all(
        [...dialects, ...dialects].map(({ opening }) => Client.open(server.port, opening)),
      );
      await Promise.all(clients.map((client, seed) => echo(client, { bytes: 1 << 19, seed })));
      for (const client of clients) {
        const code = client.dialect === 'rfc6455' ? 1000 : 0;
        await client.close(code);
        expect((await client.receiveToClose()).code).toBe(code);
      }
      expect(await server.ended(clients.length)).toBe('0');
    });

    test('is not kept busy or blind by pings and half headers', async () => {
      const server = await wrapServer(name, [], { env });
      const client = await Client.open(server.port);
      const other = await Client.open(server.port);
      await client.ping('a');
      expect((await client.next()).kind).toBe('pong');
      const frame = client.frame(Buffer.from('whole'));
      await client.sendBytes(frame.subarray(0, 1));
      await echo(other, { bytes: 1000, seed: 1 });
      await client.sendBytes(frame.subarray(1));
      expect((await client.receive(5)).toString()).toBe('whole');
    });

    test('sees a reset', async () => {
      const server = await wrapServer(name, [], { env });
      const client = await Client.open(server.port);
      await echo(client, { bytes: 1000, seed: 1 });
      client.connection.reset();
      expect(await server.ended()).toBe('ECONNRESET');
    });
  });
