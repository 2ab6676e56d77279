import { test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test('A process that is killed in the middle of a read leaves the connection to others, even as a zombie', async () => {
  const server = await wrapServer('echo_killed');
  const client = await Client.open(server.port, { dialect: 'rfc6455' });
  await echo(client, { bytes: 10_000, seed: 1 });
  await client.close();
  await server.logged('closed', { in: 10_000, out: 10_000 });
});
