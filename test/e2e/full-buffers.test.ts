import { describe, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

// The server's buffers end at a page that may not be touched: a byte too far ends it.
const sizes = [1, 2, 3, 4, 5, 7, 8, 14, 125, 126, 127, 128, 4096, 65535, 65536];

describe.for(dialects)('To a client that speaks $speaking', ({ opening }) => {
  test('a server echoes that reads and writes so many bytes at once, and not one too far', async () => {
    const { port } = await wrapServer('echo_calls', [`size=${sizes.join()}`]);
    for (const size of sizes) {
      const client = await Client.open(port, opening);
      await echo(client, { bytes: Math.min(1 << 20, size * 20_000), seed: size });
      client.connection.reset();
    }
  });

  test('a server echoes that reads 1, 2, 3, … 300 bytes in turn', async () => {
    const { port } = await wrapServer('echo_calls', ['size=0']);
    const client = await Client.open(port, opening);
    await echo(client, { bytes: 1 << 20, seed: 300, longest: 500 });
  });

  test('a server echoes messages that fill its buffer exactly', async () => {
    const { port } = await wrapServer('echo_calls', ['size=1000']);
    const client = await Client.open(port, opening);
    for (let i = 0; i < 200; i++) {
      await client.send(Buffer.alloc(1000, i));
      const back = await client.receive(1000);
      if (!back.equals(Buffer.alloc(1000, i))) throw new Error(`message ${i} came back wrong`);
    }
  });
});
