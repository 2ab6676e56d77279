import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Client, type ClientOptions } from '../support/client/index.js';
import { echoTarget, startProxy } from '../support/proxy.js';
import { Random } from '../support/random.js';
import { allDialects } from '../support/styles.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { wrapServer } from '../support/wrapped.js';
import { readEntries } from './sample.js';

const openings: ClientOptions[] = [
  ...allDialects.map((dialect) => ({ dialect })),
  { subprotocols: ['base64'] },
  { secure: true },
];

/** Messages of every value and many lengths, each awaited back, then a Close. */
async function converse(port: number, opening: ClientOptions): Promise<void> {
  const random = new Random(11);
  const client = await Client.open(port, opening);
  for (const length of [1, 2, 3, 125, 126, 4097, 65_536]) {
    const received = client.receive(length);
    await client.send(random.bytes(length));
    await received;
  }
  await client.close(client.dialect.startsWith('hixie') ? 0 : 1000);
  await client.receiveToClose();
}

/** What each side said, once the recording is complete. */
async function said(path: string): Promise<{ toClient: string; fromClient: string }> {
  const text = () => (existsSync(path) ? readFileSync(path, 'latin1') : '');
  await expect.poll(text, { timeout: 20_000 }).toMatch(/'EOF'\];\n$/);
  const entries = await readEntries(path);
  const all = (direction: string) =>
    Buffer.concat(
      entries.filter((entry) => entry.direction === direction).map(({ payload }) => payload),
    ).toString('hex');
  return { toClient: all('to-client'), fromClient: all('from-client') };
}

test('wswrap and wsproxy record the same payload, in all dialects, and over TLS', async () => {
  const folder = temporaryFolder();
  const options = (name: string) => ['--record', `${folder}/${name}`, '--cert', 'auto'];
  const proxy = await startProxy(await echoTarget(), ...options('proxied'));
  const wrapped = await wrapServer('echo_thread', [], { options: options('wrapped') });
  const random = new Random(11);
  const bytes = Buffer.concat(
    [1, 2, 3, 125, 126, 4097, 65_536].map((length) => random.bytes(length)),
  );
  const expected = { toClient: bytes.toString('hex'), fromClient: bytes.toString('hex') };
  for (const [at, opening] of openings.entries()) {
    await converse(proxy.port, opening);
    await converse(wrapped.port, opening);
    expect(await said(`${folder}/proxied.${at + 1}`), JSON.stringify(opening)).toEqual(expected);
    expect(await said(`${folder}/wrapped.${at + 1}`), JSON.stringify(opening)).toEqual(expected);
  }
});
