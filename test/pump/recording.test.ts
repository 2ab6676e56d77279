import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPair } from './running-pump.js';
import { temporaryFolder } from './temporary-folder.js';

test('What the client and the target say is recorded', async () => {
  const path = join(temporaryFolder(), 'recording');
  const recordFd = openSync(path, 'a');
  const { running, client, socket, received } = await openPair({}, {}, { recordFd });
  await client.send('question');
  socket.once('data', () => socket.end('answer'));
  expect((await client.receiveToClose()).data.toString()).toBe('answer');
  await client.close(1000);
  expect((await received).toString()).toBe('question');
  expect(await running.next('ended')).toMatchObject({ unrecorded: false });
  const lines = (await readFile(path, 'latin1')).split('\n');
  expect(lines[0]).toMatch(/^'\}\d+\}question',$/);
  expect(lines[1]).toMatch(/^'\{\d+\{answer',$/);
  expect(lines[2]).toBe("'EOF'];");
});

test('A recording that cannot be written is given up, and the bytes flow on', async () => {
  const recordFd = openSync('/dev/full', 'a');
  const { running, client, socket } = await openPair({}, {}, { recordFd });
  socket.once('data', () => socket.end('answer'));
  await client.send('question');
  expect((await client.receiveToClose()).data.toString()).toBe('answer');
  await client.close(1000);
  expect(await running.next('ended')).toMatchObject({ unrecorded: true, bytesIn: 8 });
});
