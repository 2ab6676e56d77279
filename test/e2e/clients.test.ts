import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Program } from '../support/process.js';
import { Random } from '../support/random.js';
import { requires } from '../support/requires.js';
import { styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const BYTES = 4 << 20;

/** Sends in messages of 10,000 bytes and resolves when as many bytes have come back. */
async function echoWith(socket: WebSocket, sent: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const whole = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      chunks.push(data);
      length += data.length;
      if (length >= sent.length) resolve();
    });
  });
  for (let at = 0; at < sent.length; at += 10_000) socket.send(sent.subarray(at, at + 10_000));
  await whole;
  return Buffer.concat(chunks);
}

test.for(styles)('A client on ws is served by a server with $style', async ({ server, words }) => {
  const wrapped = await wrapServer(server, words);
  const socket = new WebSocket(`ws://127.0.0.1:${wrapped.port}/path?query`, ['binary', 'base64']);
  await once(socket, 'open');
  expect(socket.protocol).toBe('binary');
  expect(socket.extensions).toBe('');
  const sent = new Random(1).bytes(BYTES);
  expect((await echoWith(socket, sent)).equals(sent)).toBe(true);
  socket.ping('are you there?');
  const [pong] = await once(socket, 'pong');
  expect(String(pong)).toBe('are you there?');
  socket.close(4000, 'enough');
  const [code] = await once(socket, 'close');
  expect(code).toBe(4000);
  expect(await wrapped.ended()).toBe('0');
});

requires(['/usr/bin/python3'], 'A client on python3-websockets', () => {
  test.for(styles)('is served by a server with $style', async ({ server, words }) => {
    const { port } = await wrapServer(server, words);
    for (const subprotocol of ['binary', 'mqtt']) {
      const args = [
        'test/support/python/echo-client.py',
        `ws://127.0.0.1:${port}/`,
        subprotocol,
        `${BYTES}`,
      ];
      const client = new Program('/usr/bin/python3', args);
      expect(await client.exit).toEqual({ code: 0, signal: null });
    }
  });
});
