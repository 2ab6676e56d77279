import { describe, expect, test } from 'vitest';
import { Client, Connection, makeOpening } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { untilAsleep } from '../support/process.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const READY = '1 1 1';
const NOT_READY = '0 0 0';

const descriptors = [
  { descriptor: 'a descriptor that blocks', words: [] },
  { descriptor: 'one that does not block', words: ['nonblocking'] },
];

/** The server, and what it answers to a command. */
async function start(words: string[] = []) {
  const control = await freePort();
  const server = await wrapServer('lowat', [`control=${control}`, ...words]);
  const connection = await Connection.open(control);
  const tell = async (command: string): Promise<string> => {
    await connection.write(Buffer.from(`${command}\n`));
    let line = '';
    while (!line.endsWith('\n')) {
      const chunk = await connection.read();
      if (!chunk) throw new Error(`no answer to ${command}`);
      line += chunk;
    }
    return line.trimEnd();
  };
  return { server, port: server.port, tell };
}

/** Sends messages of so many bytes each; resolves when the server's kernel has them. */
async function sendAndAwait(
  client: Client,
  tell: (command: string) => Promise<string>,
  ...sizes: number[]
): Promise<void> {
  await client.sendBytes(Buffer.concat(sizes.map((size) => client.frame(Buffer.alloc(size, 'x')))));
  await tell(`await ${client.connection.socket.bytesWritten}`);
}

describe.for(dialects)(
  'SO_RCVLOWAT counts payload of a client that speaks $speaking',
  ({ opening }) => {
    test.for(descriptors)('in poll, select and epoll, with $descriptor', async ({ words }) => {
      const { port, tell } = await start(words);
      const client = await Client.open(port, opening);
      expect(await tell('set 100')).toBe('done');
      expect(await tell('get')).toBe('100');
      await sendAndAwait(client, tell, 99);
      expect(await tell('ready')).toBe(NOT_READY);
      await sendAndAwait(client, tell, 1);
      expect(await tell('ready')).toBe(READY);
      expect(await tell('recv 1000')).toBe('100');
      expect(await tell('ready')).toBe(NOT_READY);

      await sendAndAwait(client, tell, ...Array(99).fill(1));
      expect(await tell('ready')).toBe(NOT_READY);
      expect(await tell('ready')).toBe(NOT_READY);
      await sendAndAwait(client, tell, 1);
      expect(await tell('wait')).toBe('1');
      expect(await tell('recv 60')).toBe('60');
      expect(await tell('ready')).toBe(NOT_READY);
      expect(await tell('recv 60')).toBe('40');
    });

    test('for an edge-triggered set, which is told when there is enough', async () => {
      const { port, tell } = await start(['nonblocking']);
      const client = await Client.open(port, opening);
      await tell('set 100');
      await sendAndAwait(client, tell, ...Array(99).fill(1));
      expect(await tell('edge')).toBe('0');
      await sendAndAwait(client, tell, 1);
      expect(await tell('wait edge')).toBe('1');
      expect(await tell('edge')).toBe('0');
      await sendAndAwait(client, tell, 1);
      expect(await tell('wait edge')).toBe('1');
      expect(await tell('recv 1000')).toBe('101');

      const asked = tell('wait edge');
      for (let i = 0; i < 100; i++) await client.send('x');
      expect(await asked).toBe('1');
      expect(await tell('recv 1000')).toBe('100');
    });

    test('in a read, which waits for it or for as much as is asked for', async () => {
      const { port, tell } = await start();
      const client = await Client.open(port, opening);
      await tell('set 100');
      let asked = tell('read 1000');
      for (let i = 0; i < 100; i++) await client.send('x');
      expect(await asked).toBe('100');
      await sendAndAwait(client, tell, 30);
      expect(await tell('read 20')).toBe('20');
      await client.send('x'.repeat(90));
      expect(await tell('read 100')).toBe('100');
      await sendAndAwait(client, tell, 30);
      expect(await tell('recv 100')).toBe('30');
      asked = tell('peek 1000');
      for (let i = 0; i < 100; i++) await client.send('x');
      expect(await asked).toBe('100');
      expect(await tell('read 1000')).toBe('100');
    });

    test.for(['wait', 'peek 1000', 'read 1000'])(
      'but an end is told with less, to "%s"',
      async (command) => {
        const { port, server, tell } = await start();
        const pid = await server.serverPid();
        const client = await Client.open(port, opening);
        await tell('set 100');
        await sendAndAwait(client, tell, 50);
        expect(await tell('ready')).toBe(NOT_READY);
        const asked = tell(command);
        await untilAsleep(pid);
        await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
        expect(await asked).toBe(command === 'wait' ? '1' : '50');
        if (command !== 'read 1000') expect(await tell('read 1000')).toBe('50');
        expect(await tell('read 1000')).toBe('0');
      },
    );

    test.for(descriptors)(
      'when it is lowered while less is there, with $descriptor',
      async ({ words }) => {
        const { port, tell } = await start(words);
        const client = await Client.open(port, opening);
        await tell('set 100');
        await sendAndAwait(client, tell, 50);
        expect(await tell('edge')).toBe('0');
        expect(await tell('ready')).toBe(NOT_READY);
        await tell('set 50');
        expect(await tell('wait edge')).toBe('1');
        expect(await tell('ready')).toBe(READY);
      },
    );

    test.for([
      { how: 'set before the handshake is complete', words: [] },
      { how: 'inherited from the listener', words: ['inherit=100'] },
    ])('when it was $how', async ({ words }) => {
      const { port, server, tell } = await start(words);
      const connection = await Connection.open(port);
      const { request, ...rest } = makeOpening(port, opening);
      await connection.write(request.subarray(0, 40));
      await server.output.line(/^accepted/);
      if (words.length === 0) await tell('set 100');
      expect(await tell('get')).toBe('100');
      expect(await tell('ready')).toBe(NOT_READY);
      await connection.write(request.subarray(40));
      await tell(`await ${request.length}`);
      expect(await tell('ready')).toBe(NOT_READY);
      const client = await Client.opened(connection, { request, ...rest });
      await sendAndAwait(client, tell, 50, 49);
      expect(await tell('ready')).toBe(NOT_READY);
      await sendAndAwait(client, tell, 1);
      expect(await tell('ready')).toBe(READY);
      expect(await tell('read 1000')).toBe('100');
      expect(await tell('get')).toBe('100');
    });
  },
);

test('SO_RCVLOWAT of a listener is that of a connection whose handshake comes whole', async () => {
  const { port, tell } = await start(['inherit=100']);
  const client = await Client.open(port);
  expect(await tell('get')).toBe('100');
  await sendAndAwait(client, tell, 99);
  expect(await tell('ready')).toBe(NOT_READY);
  await client.close(1000);
  await tell(`await ${client.connection.socket.bytesWritten}`);
  expect(await tell('ready')).toBe(READY);
});

test('What the kernel has no room for is not waited for', async () => {
  const { port, tell } = await start(['buffer=4608']);
  const client = await Client.open(port);
  await tell('set 4000');
  const sent = client.sendBytes(
    Buffer.concat(Array.from({ length: 4000 }, () => client.frame(Buffer.from('x')))),
  );
  expect(await tell('wait')).toBe('1');
  expect(await tell('read 4000')).toBe('4000');
  await sent;
  expect(await tell('set 1000000')).toBe('done');
  expect(Number(await tell('get'))).toBeLessThan(10_000);
});

test('SO_RCVLOWAT of 0 and below means what it means over TCP', async () => {
  const { port, tell } = await start();
  await Client.open(port);
  expect(await tell('get')).toBe('1');
  await tell('set 0');
  expect(await tell('get')).toBe('1');
  await tell('set -1');
  expect(Number(await tell('get'))).toBeGreaterThan(100_000);
});
