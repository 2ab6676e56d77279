import { test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test('A copy that was closed out of sight does not end the connection when a child exits', async () => {
  const server = await wrapServer('echo_forgotten');
  const client = await Client.open(server.port, { dialect: 'rfc6455' });
  await echo(client, { bytes: 10_000, seed: 1 });
  await client.close();
  await server.logged('closed', { in: 10_000, out: 10_000 });
});
