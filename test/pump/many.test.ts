import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Client, Connection } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { RunningPump, toPort } from './running-pump.js';
import { startEcho } from './targets.js';

const AT_ONCE = 100;
const TIMES = 10;

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

async function good(port: number, index: number): Promise<void> {
  const client = await Client.open(port, {
    dialect: allDialects[index % allDialects.length] ?? 'rfc6455',
  });
  await client.send(`hello ${index}`);
  await client.receive(`hello ${index}`.length);
  if (index % 3 === 0) return client.connection.reset();
  if (index % 3 === 1) await client.close();
  client.connection.end();
  client.connection.socket.resume();
}

async function bad(port: number): Promise<void> {
  const connection = await Connection.open(port);
  await connection.write(Buffer.from('GET / HTTP/1.1\r\nnonsense\r\n'));
  connection.end();
  connection.socket.resume();
}

test('Of a thousand connections that come and go in every way no descriptor is left', async () => {
  const running = new RunningPump({}, toPort(await startEcho()));
  const port = await running.listen();
  await good(port, 1);
  await running.next('ended');
  const before = descriptors();
  for (let i = 0; i < TIMES; i++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => (n % 10 === 9 ? bad(port) : good(port, n))),
    );
    for (let n = 0; n < AT_ONCE; n++) await running.next(n % 10 === 9 ? 'refused' : 'ended');
  }
  expect(running.pump.counters()).toMatchObject({ open: 0, opening: 0 });
  await expect.poll(descriptors, { timeout: 30_000 }).toBeLessThanOrEqual(before);
});
