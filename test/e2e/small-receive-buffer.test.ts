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

/** The least that the kernel allows; it takes twice as much. */
const SMALLEST = 2304;
const words = [`rcvbuf=${SMALLEST}`];

describe.for(styles)('With the smallest receive buffer a server with $style', ({ server }) => {
  test.for(allDialects)('echoes for a %s client', async (dialect) => {
    const { port } = await wrapServer(server, words);
    const client = await Client.open(port, { dialect, pieces: [100] });
    await echo(client, { bytes: 20_000, seed: 1 });
  });
});

test('A request that comes in pieces may take half of a receive buffer', async () => {
  const wrapped = await wrapServer('echo_select', words);
  const connection = await Connection.open(wrapped.port);
  const fields = [`X-Long: ${'x'.repeat(SMALLEST)}`];
  await connection.write(makeOpening(wrapped.port, { fields }).request.subarray(0, SMALLEST));
  expect((await readResponse(connection)).status).toBe(431);
  await readToEnd(connection);
  await wrapped.logged('refused', { status: 431 });
  const whole = await Client.open(wrapped.port, {
    fields: [`X-Long: ${'x'.repeat(SMALLEST / 2)}`],
  });
  await echo(whole, { bytes: 1000, seed: 1 });
});
