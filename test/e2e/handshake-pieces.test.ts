import { describe, expect, test } from 'vitest';
import {
  Client,
  Connection,
  echo,
  makeOpening,
  readResponse,
  readToEnd,
} from '../support/client/index.js';
import { allDialects, styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for(styles)('A server with $style', ({ server, words }) => {
  test.for(allDialects)('takes a %s handshake that comes byte by byte', async (dialect) => {
    const { port } = await wrapServer(server, words);
    const client = await Client.open(port, { dialect, pieces: [1] });
    await echo(client, { bytes: 1 << 16, seed: 1 });
  });
});

test.for(allDialects)('A %s handshake may be cut in two at any byte', async (dialect) => {
  const { port } = await wrapServer('echo_select');
  const { length } = makeOpening(port, { dialect }).request;
  for (let cut = 1; cut < length; cut += 3) {
    const client = await Client.open(port, { dialect, pieces: [cut, length], seed: cut });
    await client.send(`cut at ${cut}`);
    expect((await client.receive(`cut at ${cut}`.length)).toString()).toBe(`cut at ${cut}`);
    client.connection.reset();
  }
});

test.for(allDialects)('Frames may follow a %s handshake in the same packet', async (dialect) => {
  const { port } = await wrapServer('echo_select');
  const connection = await Connection.open(port);
  const opening = makeOpening(port, { dialect });
  const model = await Client.open(port, { dialect });
  const frames = ['first ', 'second ', 'third'].map((text) => model.frame(Buffer.from(text)));
  await connection.write(Buffer.concat([opening.request, ...frames]));
  const client = await Client.opened(connection, opening);
  expect((await client.receive(18)).toString()).toBe('first second third');
});

test.for(styles.slice(3))(
  'A half-handshake ends with 408 in a server with $style',
  async ({ server, words }) => {
    const wrapped = await wrapServer(server, words, { options: ['--handshake-timeout', '1'] });
    const { port } = wrapped;
    const connection = await Connection.open(port);
    await connection.write(makeOpening(port).request.subarray(0, 40));
    const response = await readResponse(connection);
    expect(response.status).toBe(408);
    await readToEnd(connection);
    await wrapped.logged('refused', { status: 408, reason: 'timeout' });
    const good = await Client.open(port);
    await echo(good, { bytes: 1 << 16, seed: 1 });
  },
);
