import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLine } from '../support/answers.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { serverPath, wrapServer } from '../support/wrapped.js';
import { complete, payload, recorderOf, stopRecorder } from './recorded.js';
import { Folder, readEntries } from './sample.js';

/* A connection that the program has begun to serve goes to one in which the library cannot work, and so to the relay. */

const PAUSE_MS = 400;
const LINES = 3000;
const command = `command=${serverPath('lines_stdio_static')}`;

let folder: Folder;
let names = 0;
beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());

async function recorded(words: string[]) {
  const file = folder.file(`session-${++names}`);
  const server = await wrapServer('echo_exec', [...words, command], {
    options: ['--record', file],
  });
  return { server, file };
}

/** Before the hand-over and, after a pause, behind it. Returns what the client has heard. */
async function converse(port: number, opening: ClientOptions): Promise<string> {
  const client = await Client.open(port, opening);
  await client.send('before');
  const heard = [(await client.receive(6)).toString()];
  await sleep(PAUSE_MS);
  await client.send('hello World\n');
  for (const _ of ['ready', 'hello']) heard.push(await readLine(client), '\n');
  await client.send(`many ${LINES}\n`);
  for (let i = 1; i <= LINES; i++) heard.push(await readLine(client), '\n');
  await client.send('quit\n');
  heard.push((await client.receiveToClose({ answering: true })).data.toString());
  return heard.join('');
}

test.for([
  { words: ['route=execv'], opening: {} },
  { words: ['route=execv', 'vfork'], opening: { subprotocols: ['base64'] } },
  { words: ['route=posix_spawn'], opening: { dialect: 'hixie76' } },
] as const)(
  'What moves before and behind the hand-over is in one file, in order: $words $opening',
  async ({ words, opening }) => {
    const { server, file } = await recorded(['before=6', ...words]);
    for (let i = 1; i <= 2; i++) {
      const begun = Date.now();
      const heard = await converse(server.port, opening as ClientOptions);
      const path = await complete(`${file}.${i}`);
      expect(String(await payload(path, 'to-client'))).toBe(heard);
      expect(String(await payload(path, 'from-client'))).toBe(
        `beforehello World\nmany ${LINES}\nquit\n`,
      );
      const times = (await readEntries(path)).map(({ ms }) => ms);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeGreaterThanOrEqual(PAUSE_MS);
      expect(times.at(-1)).toBeLessThanOrEqual(Date.now() - begun);
    }
  },
);

test('A connection is served when the recorder is gone', async () => {
  const { server, file } = await recorded([]);
  process.kill(recorderOf(file), 'SIGKILL');
  const client = await Client.open(server.port);
  expect(await readLine(client)).toMatch(/^ready/);
});

test('A recorder that is stuck is not waited for long, and the file says where bytes are missing', async () => {
  const { server, file } = await recorded(['before=6']);
  const client = await Client.open(server.port);
  const goOn = await stopRecorder(file);
  await client.send('before');
  await client.receive(6);
  expect(await readLine(client)).toMatch(/^ready/);
  await server.errors.line(/^wswrap: warning .*the disk is too slow/);
  goOn();
  const path = await complete(`${file}.1`);
  expect(String(await payload(path, 'to-client'))).toBe('before');
  expect(readFileSync(path, 'latin1')).toContain(
    "// Here bytes were lost: the disk was too slow.\n'EOF'];\n",
  );
});
