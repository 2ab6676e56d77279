import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const ROUNDS = 20;

test('One thread may make children while others accept, read, write and close', async () => {
  const clients = ROUNDS * dialects.length;
  const server = await wrapServer('echo_thread', ['forking', `clients=${clients}`]);
  await Promise.all(
    dialects.map(async ({ opening }) => {
      for (let round = 1; round <= ROUNDS; round++) {
        const client = await Client.open(server.port, opening);
        await echo(client, { bytes: 200_000, seed: round });
        await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
        await client.receiveToClose();
      }
    }),
  );
  const forked = await server.output.line(/^forked /);
  expect(Number(forked.slice('forked '.length))).toBeGreaterThan(10);
});
