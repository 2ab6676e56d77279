import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entry, Folder, HOSTILE, readEntries, runRecording, writeRecording } from './sample.js';

describe('a recording', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await Folder.make();
  });
  afterAll(() => folder.remove());

  const entries = HOSTILE.flatMap((payload, at) => [
    entry('to-client', at, payload),
    entry('from-client', at, payload),
  ]);

  test('is JavaScript in which hostile payload is nothing but a string', async () => {
    const path = folder.file('hostile');
    writeRecording(path, entries);
    const { encoding, frames } = await runRecording(path);
    expect(encoding).toBe('binary');
    expect(frames).toEqual([
      ...entries.map(({ direction, ms, payload }) => {
        const mark = direction === 'to-client' ? '{' : '}';
        return `${mark}${ms}${mark}${payload.toString('latin1')}`;
      }),
      'EOF',
    ]);
  });

  test('gives hostile payload back byte by byte', async () => {
    const path = folder.file('hostile-read');
    writeRecording(path, entries);
    expect(await readEntries(path)).toEqual(entries);
  });

  test('is ASCII, so nothing in it depends on how it is served', async () => {
    const path = folder.file('ascii');
    writeRecording(path, entries);
    expect(
      (await readFile(path)).every((byte) => byte === 0x0a || (byte >= 0x20 && byte < 0x7f)),
    ).toBe(true);
  });
});
