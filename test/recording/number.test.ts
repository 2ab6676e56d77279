import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addon } from '../../src/native/addon.js';
import { root } from '../support/paths.js';
import { Folder } from './sample.js';

const WORKERS = 4;
const CONNECTIONS = 250;

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());

/** What a worker does for each connection. */
const worker = (counterFd: number, file: string) => `
  import { closeSync } from 'node:fs';
  import { RecordingFiles } from '${root}/dist/recording/recording-files.js';
  const files = new RecordingFiles(${JSON.stringify(file)}, ${counterFd});
  const about = { peer: '192.0.2.1:80', dialect: 'rfc6455', subprotocol: '', startedMs: 0 };
  for (let i = 0; i < ${CONNECTIONS}; i++) closeSync(files.open(about));`;

test('several workers number 1000 connections from 1 on, each number once, and leave earlier recordings alone', async () => {
  writeFileSync(folder.file('session.3'), 'earlier');
  const counterFd = addon.recordingCounter();
  const script = worker(counterFd, folder.file('session'));
  await Promise.all(
    Array.from({ length: WORKERS }, () =>
      execa(process.execPath, ['--input-type=module', '--eval', script]),
    ),
  );
  const numbers = readdirSync(folder.path).map((name) => Number(name.replace('session.', '')));
  const expected = Array.from({ length: WORKERS * CONNECTIONS + 1 }, (_, at) => at + 1);
  expect(numbers.sort((a, b) => a - b)).toEqual(expected);
  expect(readFileSync(folder.file('session.3'), 'utf8')).toBe('earlier');
});
