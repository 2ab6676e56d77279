import { expect } from 'vitest';
import { readLine } from './answers.js';
import { Client, type ClientOptions } from './client/index.js';

/** Talks to programs/lines.sh or one like it, to the end. Returns the address that the client called from. */
export async function converse(
  port: number,
  options: ClientOptions = {},
  { lines = 3000, answering = false } = {},
): Promise<string> {
  const client = await Client.open(port, options);
  await client.send('hello ');
  await client.send('World\nhello you');
  await client.send(' two\n');
  expect(await readLine(client)).toMatch(/^ready, pid \d+$/);
  expect(await readLine(client)).toBe('hello, World');
  expect(await readLine(client)).toBe('hello, you two');
  await client.send(`many ${lines}\n`);
  for (let i = 1; i <= lines; i++) expect(await readLine(client)).toBe(`${i}`);
  await client.send('quit\n');
  expect((await client.receiveToClose({ answering })).data.toString()).toBe('bye\n');
  return `127.0.0.1:${client.connection.socket.localPort}`;
}
