import { expect, test } from 'vitest';
import { Client, Connection, echo, makeOpening } from '../support/client/index.js';
import { allDialects, dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

test.for(allDialects)('A server that speaks first greets a %s client', async (dialect) => {
  const { port } = await wrapServer('speaks_first');
  const client = await Client.open(port, { dialect });
  expect((await client.receive(6)).toString()).toBe('hello\n');
  await echo(client, { bytes: 1 << 20, seed: 1 });
});

test.for(allDialects)(
  'What it says before the %s handshake is complete comes right after it',
  async (dialect) => {
    const server = await wrapServer('speaks_first');
    const connection = await Connection.open(server.port);
    const opening = makeOpening(server.port, { dialect });
    await connection.write(opening.request.subarray(0, 30));
    await server.output.line(/^accepted/);
    await connection.write(opening.request.subarray(30));
    const client = await Client.opened(connection, opening);
    expect((await client.receive(6)).toString()).toBe('hello\n');
    await echo(client, { bytes: 1 << 16, seed: 1 });
  },
);

test.for(dialects)(
  'A megabyte said before the handshake is complete arrives whole in $speaking',
  async ({ opening: options }) => {
    const server = await wrapServer('speaks_first', ['size=1000000']);
    const connection = await Connection.open(server.port);
    const opening = makeOpening(server.port, options);
    await connection.write(opening.request.subarray(0, 30));
    await server.output.line(/^accepted/);
    await connection.write(opening.request.subarray(30));
    const client = await Client.opened(connection, opening);
    const greeting = (await client.receive(1_000_001)).toString();
    expect(greeting).toBe(`${'x'.repeat(1_000_000)}\n`);
    await echo(client, { bytes: 1 << 16, seed: 1 });
  },
);
