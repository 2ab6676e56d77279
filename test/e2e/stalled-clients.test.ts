import { describe, test } from 'vitest';
import {
  Client,
  Connection,
  echo,
  makeFrame,
  makeOpening,
  OPCODE,
} from '../support/client/index.js';
import { sharedStyles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const COUNT = 20;

/** What these clients send, and then nothing more. */
const beginnings = [
  { what: 'half a frame header', bytes: makeFrame(Buffer.alloc(200)).subarray(0, 3) },
  { what: 'the first byte of a frame', bytes: makeFrame(Buffer.alloc(200)).subarray(0, 1) },
  { what: 'a whole frame header', bytes: makeFrame(Buffer.alloc(200)).subarray(0, 8) },
  { what: 'a ping', bytes: makeFrame(Buffer.from('are you there?'), { opcode: OPCODE.ping }) },
  { what: 'an empty message', bytes: makeFrame(Buffer.alloc(0)) },
  {
    what: 'an unasked pong and half a ping',
    bytes: Buffer.concat([
      makeFrame(Buffer.alloc(9), { opcode: OPCODE.pong }),
      makeFrame(Buffer.alloc(9), { opcode: OPCODE.ping }).subarray(0, 10),
    ]),
  },
];

describe.for(sharedStyles)('A server with $style', ({ server, words }) => {
  test.for(beginnings)('is not delayed by clients that send $what', async ({ bytes }) => {
    const { port } = await wrapServer(server, words);
    const stalled = [];
    for (let i = 0; i < COUNT; i++) stalled.push(await Client.open(port));
    await Promise.all(stalled.map((client) => client.sendBytes(bytes)));
    const good = await Client.open(port);
    await echo(good, { bytes: 1 << 20, seed: 5 });
  });

  test('is not delayed by half a quad of base64', async () => {
    const { port } = await wrapServer(server, words);
    for (let i = 0; i < COUNT; i++) {
      const client = await Client.open(port, { dialect: 'hixie76' });
      await client.sendBytes(Buffer.from('\0Q'));
    }
    const good = await Client.open(port, { dialect: 'hixie76' });
    await echo(good, { bytes: 1 << 20, seed: 5 });
  });

  test('is not delayed by half-handshakes', async () => {
    const { port } = await wrapServer(server, words);
    for (let i = 0; i < COUNT; i++) {
      const connection = await Connection.open(port);
      await connection.writeInPieces(makeOpening(port).request.subarray(0, 10 + 5 * i));
    }
    const good = await Client.open(port);
    await echo(good, { bytes: 1 << 20, seed: 6 });
  });

  test('is not delayed by clients that say nothing at all', async () => {
    const { port } = await wrapServer(server, words);
    for (let i = 0; i < COUNT; i++) await Connection.open(port);
    const good = await Client.open(port);
    await echo(good, { bytes: 1 << 20, seed: 7 });
  });
});

test('What a stalled client sends later is echoed as if it had come at once', async () => {
  const { port } = await wrapServer('echo_select');
  const clients = [];
  const frame = makeFrame(Buffer.from('x'.repeat(300)));
  for (let i = 0; i < COUNT; i++) {
    const client = await Client.open(port);
    await client.sendBytes(frame.subarray(0, i));
    clients.push(client);
  }
  const good = await Client.open(port);
  await echo(good, { bytes: 1 << 16, seed: 8 });
  for (const [i, client] of clients.entries()) {
    await client.sendBytes(frame.subarray(i));
    await client.receive(300);
  }
});
