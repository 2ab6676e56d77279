import { closeSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { addon } from '../../src/native/addon.js';
import type { Direction, Entry } from '../../src/recording/entry.js';
import { readHead } from '../../src/recording/head.js';
import { entryOf } from '../../src/recording/line.js';
import { stretches } from '../../src/recording/lines.js';

/** Payload that would like to be something else: to end the string, the script, the line, the encoding. */
export const HOSTILE = [
  "'];alert(1);//",
  '\\',
  "\\'",
  '\r\n',
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '"`$',
  '{}{0}',
  "'EOF'];\n",
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.from('\u2028\u2029\ufeff', 'utf8'),
    Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ]);

/** A folder for one test's files. */
export class Folder {
  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'wswrap-recording-')));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

export function entry(direction: Direction, ms: number, payload: string | Buffer): Entry {
  return { direction, ms, payload: Buffer.from(payload) };
}

/** A recording as the pump writes it. */
export function writeRecording(path: string, entries: readonly Entry[], end = "'EOF'];\n"): void {
  const about = {
    peer: '192.0.2.1:80',
    dialect: 'rfc6455',
    subprotocol: 'binary',
    startedMs: 0,
  } as const;
  rmSync(path, { force: true });
  const fd = addon.recordingCreate(path, about);
  for (const { direction, ms, payload } of entries) {
    const mark = direction === 'to-client' ? '{' : '}';
    writeSync(fd, `'${mark}${ms}${mark}${addon.recordingEscape(payload).toString('latin1')}',\n`);
  }
  writeSync(fd, end);
  closeSync(fd);
}

/** What our own reader makes of a file. */
export async function readEntries(path: string): Promise<Entry[]> {
  const file = await open(path);
  const { encoding } = await readHead(file, path);
  const entries: Entry[] = [];
  for await (const { lines } of stretches(file)) {
    for (const line of lines) {
      const read = entryOf(line, encoding);
      if (typeof read !== 'string') entries.push(read);
    }
  }
  await file.close();
  return entries;
}

/** What JavaScript makes of a file, as noVNC's playback page does: strings, of which it takes the characters for bytes. */
export async function runRecording(
  path: string,
): Promise<{ encoding: string | undefined; frames: string[] }> {
  const scope: Record<string, unknown> = {};
  runInNewContext(await readFile(path, 'utf8'), scope);
  return {
    encoding: scope['VNC_frame_encoding'] as string | undefined,
    frames: [...(scope['VNC_frame_data'] as string[])],
  };
}
