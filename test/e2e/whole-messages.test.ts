import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const reading = ['read', 'recv', 'recvmsg', 'readv', 'nowait'];
const sizes = [1, 2, 3, 4, 12, 100, 1000, 4096, 20_000];

// Many a program asks for a record of so many bytes and counts upon getting it, which TCP does not promise but does.
describe.for(dialects)('From a client that speaks $speaking', ({ opening }) => {
  test.for(reading)('a message as long as what %s asks for comes whole', async (call) => {
    const { port } = await wrapServer('echo_calls', [
      'whole',
      `in=${call}`,
      `size=${sizes.join()}`,
    ]);
    for (const size of sizes) {
      const client = await Client.open(port, opening);
      for (let i = 0; i < 20; i++) {
        const message = Buffer.alloc(size, i);
        await client.send(message);
        expect((await client.receive(size)).equals(message)).toBe(true);
      }
      await client.close();
      await client.receiveToClose();
    }
  });
});
