import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for([
  { what: 'one stream', words: [] },
  { what: 'a stream for each direction', words: ['dup'] },
])('A server that reads and writes through FILE, $what,', ({ words }) => {
  test.for(dialects)('echoes lines to a client that speaks $speaking', async ({ opening }) => {
    const server = await wrapServer('echo_stdio', words);
    for (let i = 1; i <= 2; i++) {
      const client = await Client.open(server.port, opening);
      for (let length = 1; length < 500; length += 7) {
        const line = `${'x'.repeat(length)}\n`;
        await client.send(line);
        expect((await client.receive(line.length)).toString()).toBe(line);
      }
      await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
      await client.receiveToClose();
      expect(await server.ended(i)).toBe('0');
    }
  });
});
