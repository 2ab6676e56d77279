import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

test.for(allDialects)("A program's half-close becomes a Close for a %s client", async (dialect) => {
  const wrapped = await wrapServer('half_close');
  const client = await Client.open(wrapped.port, { dialect });
  expect((await client.receive(13)).toString()).toBe('all there is\n');
  expect(await client.next()).toMatchObject({
    kind: 'close',
    code: dialect.startsWith('hixie') ? 0 : 1000,
  });
  await client.close(dialect.startsWith('hixie') ? 0 : 1000);
  expect(await wrapped.output.line(/^received/)).toBe('received 0');
  expect(await wrapped.ended()).toBe('0');
  expect(await client.next()).toEqual({ kind: 'end' });
});

test('After its half-close a program still gets what the client sends before it answers the Close', async () => {
  const wrapped = await wrapServer('half_close');
  const client = await Client.open(wrapped.port);
  await client.receive(13);
  expect(await client.next()).toMatchObject({ kind: 'close', code: 1000 });
  await client.send('x'.repeat(100_000));
  await client.close(1000);
  expect(await wrapped.output.line(/^received/)).toBe('received 100000');
  expect(await client.next()).toEqual({ kind: 'end' });
});

test('A client that closes only its writing side still gets what the program sends', async () => {
  const wrapped = await wrapServer('half_close');
  const client = await Client.open(wrapped.port);
  client.connection.end();
  const { data } = await client.receiveToClose();
  expect(data.toString()).toBe('all there is\n');
  expect(await wrapped.ended()).toBe('0');
});
