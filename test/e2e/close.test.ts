import { describe, expect, test } from 'vitest';
import { Client, makeFrame, OPCODE } from '../support/client/index.js';
import { allDialects, styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for(styles)('A server with $style', ({ server, words }) => {
  test.for(allDialects)(
    'sees the orderly close of a %s client as the end of the stream',
    async (dialect) => {
      const wrapped = await wrapServer(server, words);
      const client = await Client.open(wrapped.port, { dialect });
      await client.send('farewell');
      await client.receive(8);
      await client.close(dialect.startsWith('hixie') ? 0 : 1000);
      const { code } = await client.receiveToClose();
      expect(code).toBe(dialect.startsWith('hixie') ? 0 : 1000);
      expect(await wrapped.ended()).toBe('0');
      await wrapped.logged('closed', { in: 8, out: 8 });
    },
  );

  test('sees the end of the stream when the client goes without a Close', async () => {
    const wrapped = await wrapServer(server, words);
    const client = await Client.open(wrapped.port);
    await client.send('farewell');
    await client.receive(8);
    client.connection.end();
    expect(await wrapped.ended()).toBe('0');
  });

  test('sees a reset as a reset', async () => {
    const wrapped = await wrapServer(server, words);
    const client = await Client.open(wrapped.port);
    await client.send('farewell');
    await client.receive(8);
    client.connection.reset();
    expect(await wrapped.ended()).toBe('ECONNRESET');
    await wrapped.logged('closed', { in: 8, out: 8 });
  });
});

test.for([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])(
  'A Close with code %i is answered with the same code',
  async (code) => {
    const wrapped = await wrapServer('echo_thread');
    const client = await Client.open(wrapped.port);
    await client.close(code, 'because – só');
    expect((await client.receiveToClose()).code).toBe(code);
    await wrapped.logged('closed', { code });
  },
);

test('An empty Close is answered with an empty Close', async () => {
  const { port } = await wrapServer('echo_thread');
  const client = await Client.open(port);
  await client.close();
  expect((await client.receiveToClose()).code).toBe(0);
});

test('A Close inside a fragmented message is answered', async () => {
  const wrapped = await wrapServer('echo_thread');
  const client = await Client.open(wrapped.port);
  await client.send('begun', { fin: false });
  await client.receive(5);
  await client.close(1001);
  expect((await client.receiveToClose()).code).toBe(1001);
  expect(await wrapped.ended()).toBe('0');
});

test('A program reads what comes before a Close, and nothing of what comes after', async () => {
  const wrapped = await wrapServer('echo_thread');
  const client = await Client.open(wrapped.port);
  const close = makeFrame(Buffer.alloc(0), { opcode: OPCODE.close });
  const after = client.frame(Buffer.from('after'));
  await client.sendBytes(Buffer.concat([client.frame(Buffer.from('before')), close, after]));
  await wrapped.logged('closed', { in: 6, code: 1005 });
  expect(await wrapped.ended()).toMatch(/^(0|EPIPE)$/);
});

test('A program that closes its connection sends a Close of 1000 after all its data', async () => {
  const { port } = await wrapServer('speaks_first', ['goodbye', 'size=1000000']);
  for (const subprotocols of [['binary'], ['base64']]) {
    const client = await Client.open(port, { subprotocols });
    const { data, code } = await client.receiveToClose();
    expect(data.length).toBe(1_000_001);
    expect(code).toBe(1000);
  }
});

test.for(['hixie76', 'hixie75'] as const)(
  'A program that closes its connection says so to a %s client',
  async (dialect) => {
    const { port } = await wrapServer('speaks_first', ['goodbye', 'size=1000000']);
    const client = await Client.open(port, { dialect });
    expect((await client.receiveToClose()).data.length).toBe(1_000_001);
  },
);
