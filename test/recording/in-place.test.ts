import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarize } from '../../src/recording/summary.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { allDialects } from '../support/styles.js';
import { type WrappedServer, wrapServer } from '../support/wrapped.js';
import { complete, payload, stopRecorder } from './recorded.js';
import { Folder } from './sample.js';

/* wswrap --record for plain ws://: the library in the program tells the recorder, which writes. */

let folder: Folder;
let names = 0;
beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());

async function recorded(
  name: string,
  words: string[] = [],
): Promise<{ server: WrappedServer; file: string }> {
  const file = folder.file(`session-${++names}`);
  const server = await wrapServer(name, words, { options: ['--record', file] });
  return { server, file };
}

/** Sends bytes of every value in messages of many lengths to a server that echoes, and ends. Returns the bytes. */
async function converse(port: number, opening: ClientOptions): Promise<Buffer> {
  const random = new Random(7);
  const sent: Buffer[] = [];
  const client = await Client.open(port, opening);
  for (const length of [1, 2, 3, 100, 126, 5000, 70_000, 1]) {
    const message = random.bytes(length);
    const received = client.receive(length);
    await client.send(message);
    expect((await received).equals(message)).toBe(true);
    sent.push(message);
  }
  await client.close(client.dialect.startsWith('hixie') ? 0 : 1000);
  await client.receiveToClose();
  return Buffer.concat(sent);
}

async function expectEcho(path: string, bytes: Buffer): Promise<void> {
  await complete(path);
  expect((await payload(path, 'from-client')).equals(bytes)).toBe(true);
  expect((await payload(path, 'to-client')).equals(bytes)).toBe(true);
}

test('Whatever the dialect and encoding, what is recorded is what the program has received and sent', async () => {
  const { server, file } = await recorded('echo_thread');
  const openings: ClientOptions[] = [
    ...allDialects.map((dialect) => ({ dialect })),
    { subprotocols: ['binary'] },
    { subprotocols: ['base64'] },
  ];
  for (const [at, opening] of openings.entries()) {
    const bytes = await converse(server.port, opening);
    await expectEcho(`${file}.${at + 1}`, bytes);
  }
  const { facts } = await summarize(`${file}.${openings.length}`);
  expect(facts).toMatchObject({ dialect: 'rfc6455', subprotocol: 'base64' });
  expect(facts['peer']).toMatch(/^127\.0\.0\.1:\d+$/);
});

describe('Recorded is what moves by', () => {
  test.for([
    { words: ['in=recvmsg', 'out=sendmsg'] },
    { words: ['in=readv', 'out=writev'] },
    { words: ['in=peek', 'out=more'] },
    { words: ['in=waitall', 'out=sendto', 'size=1'] },
    { words: ['in=splice', 'out=sendfile'] },
    { words: ['in=recv', 'out=splice'] },
  ])('$words', async ({ words }) => {
    const { server, file } = await recorded('echo_calls', words);
    await expectEcho(`${file}.1`, await converse(server.port, {}));
  });

  test.for(['echo_fork', 'echo_exec', 'echo_edge', 'sandboxed', 'echo_stdio'])(
    '%s',
    async (name) => {
      const { server, file } = await recorded(name);
      const client = await Client.open(server.port);
      await client.send('a line\n');
      expect((await client.receive(7)).toString()).toBe('a line\n');
      await client.close(1000);
      await client.receiveToClose();
      await expectEcho(`${file}.1`, Buffer.from('a line\n'));
    },
  );
});

test('A program that is killed leaves a recording of what it has moved', async () => {
  const { server, file } = await recorded('echo_thread');
  const client = await Client.open(server.port);
  for (const word of ['one', 'two']) {
    await client.send(word);
    await client.receive(3);
  }
  process.kill(await server.serverPid(), 'SIGKILL');
  expect((await client.next()).kind).toBe('end');
  const path = await complete(`${file}.1`);
  expect((await payload(path, 'from-client')).toString()).toBe('onetwo');
  /* The last write may have been followed by the end before it was told. */
  expect((await payload(path, 'to-client')).toString()).toMatch(/^one(two)?$/);
});

test('A hundred processes record a hundred connections, each to a file of its own', async () => {
  const { server, file } = await recorded('echo_fork');
  const clients = await Promise.all(Array.from({ length: 100 }, () => Client.open(server.port)));
  await Promise.all(
    clients.map(async (client, at) => {
      await client.send(`client ${at}`);
      await client.receive(`client ${at}`.length);
    }),
  );
  for (const client of clients) await client.close(1000).then(() => client.receiveToClose());
  const said = new Set<string>();
  for (let n = 1; n <= 100; n++)
    said.add(`${await payload(await complete(`${file}.${n}`), 'from-client')}`);
  expect(said).toEqual(new Set(clients.map((_, at) => `client ${at}`)));
});

test('A recording is for its owner only', async () => {
  const { server, file } = await recorded('echo_thread');
  await converse(server.port, {});
  expect(statSync(await complete(`${file}.1`)).mode & 0o777).toBe(0o600);
});

test('A recorder that is stuck does not stop the program, and a line says so', async () => {
  const { server, file } = await recorded('echo_thread');
  const goOn = await stopRecorder(file);
  for (let i = 0; i < 20; i++) {
    const client = await Client.open(server.port);
    const received = client.receive(30_000);
    await client.send(Buffer.alloc(30_000, i));
    await received;
    client.connection.reset();
  }
  await server.errors.line(/^wswrap: warning .*the disk is too slow/);
  goOn();
});
