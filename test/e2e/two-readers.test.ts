import { describe, expect, test } from 'vitest';
import { Client, Connection, readToEnd } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const kinds = [
  { who: 'processes in poll', words: [] },
  { who: 'processes that share an epoll set', words: ['set'] },
  { who: 'threads in poll', words: ['threads'] },
  { who: 'threads that share an epoll set', words: ['threads', 'set'] },
];

describe.for(kinds)('Two $who', ({ words }) => {
  test.for(dialects)(
    'get each byte of a client that speaks $speaking once',
    async ({ opening }) => {
      const server = await wrapServer('two_readers', words);
      const client = await Client.open(server.port, opening);
      const random = new Random(1);
      const bytes = random.bytes(100_000);
      const frames: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = random.between(1, 20);
        frames.push(client.frame(bytes.subarray(at, at + length)));
        at += length;
      }
      await client.sendBytes(Buffer.concat(frames));
      await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
      const sum = bytes.reduce((total, byte) => total + byte, 0);
      expect(await server.output.line(/^read /)).toBe(`read ${bytes.length} ${sum}`);
      await client.receiveToClose();
    },
  );

  test.for([
    { listener: 'blocks', more: [] },
    { listener: 'does not block', more: ['nonblock'] },
  ])(
    'accept each connection once among bad ones from a listener that $listener',
    async ({ more }) => {
      const server = await wrapServer('two_readers', ['accept', ...words, ...more]);
      for (let round = 0; round < 10; round++) {
        const bad = await Promise.all(
          [1, 2, 3].map(async () => {
            const connection = await Connection.open(server.port);
            await connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
            return connection;
          }),
        );
        const good = await Promise.all([1, 2, 3, 4].map(() => Client.open(server.port)));
        for (const client of good)
          expect((await client.receiveToClose()).data.toString()).toBe('hello');
        for (const connection of bad)
          expect((await readToEnd(connection)).toString()).toMatch(/^HTTP\/1\.1 4/);
      }
    },
  );
});
