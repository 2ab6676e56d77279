import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

/* Over wss://, where a direction ends first in TLS, then in the relay, then in the program. */

const options = { options: ['--cert', 'auto'] };
const opening = { secure: true };

test('What the program has sent before its half-close arrives before the Close; the client can still send', async () => {
  const server = await wrapServer('half_close', [], options);
  const client = await Client.open(server.port, opening);
  expect((await client.receive(13)).toString()).toBe('all there is\n');
  expect(await client.next()).toMatchObject({ kind: 'close', code: 1000 });
  await client.send('x'.repeat(100_000));
  await client.close(1000);
  expect(await server.output.line(/^received/)).toBe('received 100000');
  expect(await server.ended()).toBe('0');
  expect(await client.next()).toEqual({ kind: 'end' });
});

test("All that comes before the client's Close reaches the program, and then the end", async () => {
  const server = await wrapServer('echo_thread', [], options);
  const client = await Client.open(server.port, opening);
  const bytes = Buffer.alloc(1 << 20, 'abc');
  const received = client.receive(bytes.length);
  await client.send(bytes);
  expect((await received).equals(bytes)).toBe(true);
  await client.close(3000, 'enough');
  expect((await client.receiveToClose()).code).toBe(3000);
  expect(await server.ended()).toBe('0');
  await server.logged('closed', { code: 3000, in: bytes.length, out: bytes.length });
});

test('A client that ends only its direction of the stream still gets what the program sends', async () => {
  const server = await wrapServer('echo_thread', [], options);
  const client = await Client.open(server.port, opening);
  await client.send('the last word');
  client.connection.end();
  const { data, code } = await client.receiveToClose();
  expect(data.toString()).toBe('the last word');
  expect(code).toBe(1000);
  expect(await server.ended()).toBe('0');
});
