import { describe, expect, test } from 'vitest';
import { readLine } from '../support/answers.js';
import { Client } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { dialects } from '../support/styles.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

const kinds = [
  { what: 'on the buffers of C', name: 'iostreams' },
  { what: 'on buffers of their own', name: 'iostreams_own' },
];

describe.for(kinds)("A program with C++'s streams, $what,", ({ name }) => {
  describe.for(dialects)('for a client that speaks $speaking', ({ opening }) => {
    const start = async () => {
      const server = await wrapServer('echo_exec', [`command=${serverPath(name)}`]);
      const client = await Client.open(server.port, opening);
      expect(await readLine(client)).toBe('ready');
      return client;
    };

    test('reads lines however they come', async () => {
      const client = await start();
      for (const piece of ['he', 'llo ', 'World\nhello you', ' two\n']) await client.send(piece);
      expect(await readLine(client)).toBe('hello, World');
      expect(await readLine(client)).toBe('hello, you two');
      await client.send('quit\n');
      expect((await client.receiveToClose()).data.toString()).toBe('bye\n');
    });

    test('reads and writes much at once', async () => {
      const client = await start();
      const random = new Random(1);
      for (const size of [1, 1023, 1024, 8191, 8192, 200_000]) {
        const bytes = random.bytes(size);
        await client.send(`take ${size}\n`);
        for (let at = 0; at < size; ) {
          const length = random.between(1, Math.min(20_000, size - at));
          await client.send(bytes.subarray(at, at + length));
          at += length;
        }
        const head = `taken ${size} `;
        expect((await client.receive(head.length)).toString()).toBe(head);
        expect((await client.receive(size)).equals(bytes)).toBe(true);
        expect((await client.receive(1)).toString()).toBe('\n');
      }
    });

    test('sees the end', async () => {
      const client = await start();
      await client.send('hello World\n');
      expect(await readLine(client)).toBe('hello, World');
      client.connection.end();
      expect((await client.receiveToClose()).data.toString()).toBe('end\n');
    });
  });
});

test.for(dialects)(
  'in_avail and readsome tell what there is of a client that speaks $speaking',
  async ({ opening }) => {
    const server = await wrapServer('echo_exec', [`command=${serverPath('iostreams_own')}`]);
    const client = await Client.open(server.port, opening);
    expect(await readLine(client)).toBe('ready');
    for (const text of ['x', 'some text', 'x'.repeat(99)]) {
      await client.send('some\n');
      expect(await readLine(client)).toBe('waiting');
      await client.send(text);
      expect(await readLine(client)).toBe(`${text.length} ${text.length} ${text}`);
    }
  },
);
