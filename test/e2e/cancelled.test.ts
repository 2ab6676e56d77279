import { expect, test } from 'vitest';
import { Client, Connection, makeOpening } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

/* pthread_cancel(3) while a call of ours waits: the connection goes on in another thread. */

const beating = { options: ['--heartbeat', '30'] };
const silent = { options: ['--heartbeat', '0'] };

test.for([
  { words: ['read'], options: beating },
  { words: ['read'], options: silent },
  { words: ['read', 'limited'], options: beating },
  { words: ['peek'], options: beating },
  { words: ['jump'], options: beating },
  { words: ['jump'], options: silent },
  { words: ['write'], options: silent },
])('A thread may be cancelled in $words', async ({ words, options }) => {
  const server = await wrapServer('cancelled', words, options);
  const client = await Client.open(server.port);
  await server.output.line(/^cancelled$/);
  let text = '';
  while (!text.endsWith('on')) {
    const event = await client.next();
    if (event.kind !== 'data') throw new Error(JSON.stringify(event));
    text = event.payload.toString('latin1').slice(-2);
  }
  await client.send('x');
  expect((await client.receive(1)).toString()).toBe('x');
});

test.for([['read'], ['peek']])(
  'A thread may be cancelled in %s before the request comes',
  async ([call = '']) => {
    const server = await wrapServer('cancelled', [call]);
    const connection = await Connection.open(server.port);
    await server.output.line(/^cancelled$/);
    const opening = makeOpening(server.port, {});
    await connection.write(opening.request);
    const client = await Client.opened(connection, opening);
    expect((await client.receive(2)).toString()).toBe('on');
  },
);
