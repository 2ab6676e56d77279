import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapCommand } from '../support/wrapped.js';

const startEcho = () => wrapCommand((port) => ['node', 'test/programs/echo-server.js', `${port}`]);

test.for(dialects)(
  "A server on Node's net echoes to a client that speaks $speaking",
  async ({ opening }) => {
    const { port } = await startEcho();
    const client = await Client.open(port, opening);
    await echo(client, { bytes: 16 << 20, seed: 1, stalls: 2 });
    await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
    expect(await client.next()).toMatchObject({ kind: 'close' });
  },
);

test("A server on Node's net serves twenty clients at once, among them some that stall", async () => {
  const { port } = await startEcho();
  for (let i = 0; i < 20; i++) {
    const stalled = await Client.open(port);
    await stalled.sendBytes(Buffer.from('82', 'hex'));
  }
  const good = async (index: number) =>
    echo(await Client.open(port, dialects[index % 4]?.opening), {
      bytes: 1 << 20,
      seed: index + 1,
    });
  await Promise.all(Array.from({ length: 20 }, (_, index) => good(index)));
});
