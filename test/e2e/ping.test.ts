import { expect, test } from 'vitest';
import { Client, OPCODE } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test('A ping is answered with its own payload, whatever its length', async () => {
  const { port } = await wrapServer('echo_thread');
  const client = await Client.open(port);
  for (let length = 0; length <= 125; length++) {
    const payload = Buffer.alloc(length, length);
    await client.ping(payload);
    expect(await client.next()).toEqual({ kind: 'pong', payload });
  }
});

test('A ping inside a fragmented message is answered, and the message stays whole', async () => {
  const { port } = await wrapServer('echo_thread');
  const client = await Client.open(port);
  await client.send('frag', { fin: false });
  expect((await client.receive(4)).toString()).toBe('frag');
  await client.ping('between');
  expect(await client.next()).toEqual({ kind: 'pong', payload: Buffer.from('between') });
  await client.send('men', { fin: false, opcode: OPCODE.continuation });
  await client.send('ted', { opcode: OPCODE.continuation });
  expect((await client.receive(6)).toString()).toBe('mented');
});

test('Pongs come in the order of the pings', async () => {
  const { port } = await wrapServer('echo_select');
  const client = await Client.open(port);
  for (let i = 0; i < 500; i++) {
    await client.ping(String(i));
    expect(await client.next()).toEqual({ kind: 'pong', payload: Buffer.from(String(i)) });
  }
});

test('A ping is answered by a server that is not reading yet, as soon as it waits', async () => {
  const { port } = await wrapServer('echo_poll');
  const client = await Client.open(port);
  await client.ping('one');
  await client.ping('two');
  const pongs = [];
  while (pongs.at(-1) !== 'two') {
    const event = await client.next();
    pongs.push(event.kind === 'pong' ? event.payload.toString() : event.kind);
  }
  expect(['one', 'two'].slice(-pongs.length)).toEqual(pongs);
});

test('A pong that nobody asked for is ignored', async () => {
  const { port } = await wrapServer('echo_thread');
  const client = await Client.open(port);
  await client.sendFrame('unasked', { opcode: OPCODE.pong });
  await client.sendFrame('', { opcode: OPCODE.pong });
  await client.send('after');
  expect((await client.receive(5)).toString()).toBe('after');
});
