import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test.for([
  { word: 'nested', what: 'has made children in a signal handler, on top of other forks,' },
  { word: 'burst', what: 'has made two hundred children in a burst' },
  { word: 'killed', what: 'has killed its children before they could do anything' },
  { word: 'zombies', what: 'exits, and whose killed children are zombies,' },
  { word: 'handler', what: 'closes while a handler of pthread_atfork waits for that' },
])('A program that $what ends the connection with a Close', async ({ word }) => {
  const server = await wrapServer('forks', [word]);
  const client = await Client.open(server.port);
  expect((await client.receiveToClose()).code).toBe(1000);
  await server.logged('closed', { code: 1000 });
  await server.output.line(/^closed$/);
});

test('A child whose first thread has ended keeps the connection', async () => {
  const server = await wrapServer('forks', ['leader']);
  const client = await Client.open(server.port);
  const { data, code } = await client.receiveToClose();
  expect(data.toString()).toBe('late');
  expect(code).toBe(1000);
});
