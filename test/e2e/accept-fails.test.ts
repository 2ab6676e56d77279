import { test } from 'vitest';
import { Client, Connection, echo } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test('accept fails as ever: with EAGAIN when nobody is there, with EMFILE without descriptors, and works again after', async () => {
  const server = await wrapServer('accept_fails');
  const opening = Client.open(server.port);
  await server.output.line(/^full$/);
  await echo(await opening, { bytes: 1 << 16, seed: 1 });
});

test.for(['echo_select', 'echo_poll', 'echo_epoll'])(
  '%s goes on when a client is gone before it is accepted',
  async (name) => {
    const { port } = await wrapServer(name);
    for (let i = 0; i < 50; i++) {
      const connection = await Connection.open(port);
      if (i % 2) await connection.write(Buffer.from('GET / HTTP/1.1\r\n'));
      connection.reset();
    }
    await echo(await Client.open(port), { bytes: 1 << 16, seed: 1 });
  },
);
