import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readChunk } from '../../src/recording/chunk.js';
import { summarize } from '../../src/recording/summary.js';
import { entry, Folder, readEntries, writeRecording } from './sample.js';

const SESSION = [
  entry('to-client', 0, 'RFB 003.008\n'),
  entry('from-client', 12, 'RFB 003.008\n'),
  entry('to-client', 30, Buffer.alloc(5000, 7)),
  entry('to-client', 4096, "it's"),
];

describe('reading a recording', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await Folder.make();
  });
  afterAll(() => folder.remove());

  function written(name: string, text: string | Buffer): string {
    writeFileSync(folder.file(name), text);
    return folder.file(name);
  }

  test('finds what it says of itself, and its totals', async () => {
    writeRecording(folder.file('whole'), SESSION);
    expect(await summarize(folder.file('whole'))).toMatchObject({
      name: 'whole',
      encoding: 'binary',
      rfb: true,
      facts: { peer: '192.0.2.1:80', dialect: 'rfc6455', started: '1970-01-01T00:00:00.000Z' },
      durationMs: 4096,
      toClient: { bytes: 5016, records: 3 },
      fromClient: { bytes: 12, records: 1 },
      complete: true,
      damagedLines: 0,
    });
  });

  test('that was cut off at any byte of its last lines keeps the records before', async () => {
    writeRecording(folder.file('whole'), SESSION);
    const whole = readFileSync(folder.file('whole'));
    const last = whole.indexOf("'{4096{");
    for (let end = last; end < whole.length - 1; end++) {
      const path = written('cut', whole.subarray(0, end));
      const entries = await readEntries(path);
      const isWhole = end >= last + "'{4096{it\\'s',".length;
      expect(entries, `cut at ${end}`).toEqual(isWhole ? SESSION : SESSION.slice(0, 3));
      const { complete, damagedLines } = await summarize(path);
      expect(complete, `cut at ${end}`).toBe(end >= whole.length - '];\n'.length);
      expect(damagedLines).toBeLessThanOrEqual(1);
    }
  });

  test('goes on behind a line that broke off when its process was killed', async () => {
    const head = "var VNC_frame_encoding = 'binary';\nvar VNC_frame_data = [\n";
    const torn = "'{1{whole',\n'{2{tor'{3{other',\n'}4}after',\n";
    const path = written('torn', `${head}${torn}`);
    expect(await readEntries(path)).toEqual([
      entry('to-client', 1, 'whole'),
      entry('from-client', 4, 'after'),
    ]);
    expect((await summarize(path)).damagedLines).toBe(1);
  });

  test('of 2010 has base64, with and without a line that says so', async () => {
    const records = "'{0{UkZCIDAwMy4wMDgK',\n'}5}AP8=',\n'EOF']\n";
    const expected = [
      entry('to-client', 0, 'RFB 003.008\n'),
      entry('from-client', 5, Buffer.from([0, 255])),
    ];
    const old = written('2010', `var VNC_frame_data = [\n${records}`);
    expect(await readEntries(old)).toEqual(expected);
    const declared = written(
      'said',
      `var VNC_frame_encoding = 'base64';\nvar VNC_frame_data = [\n${records}`,
    );
    expect(await readEntries(declared)).toEqual(expected);
    expect(await summarize(old)).toMatchObject({ encoding: 'base64', rfb: true, complete: true });
  });

  test('of another protocol than RFB says so', async () => {
    writeRecording(folder.file('http'), [
      entry('from-client', 1, 'GET /'),
      entry('to-client', 2, 'HTTP/1.1'),
    ]);
    expect(await summarize(folder.file('http'))).toMatchObject({ rfb: false });
  });

  test('that is none fails with the reason', async () => {
    await expect(summarize(written('text', 'hello\n'))).rejects.toThrow(/text is not a recording/);
    await expect(summarize(written('empty', ''))).rejects.toThrow(/empty is not a recording/);
  });

  test('in pieces gives the same records as at once', async () => {
    const many = Array.from({ length: 4000 }, (_, at) =>
      entry(at % 3 === 0 ? 'from-client' : 'to-client', at, Buffer.alloc(at % 700, at)),
    ).filter(({ payload }) => payload.length > 0);
    writeRecording(folder.file('many'), many);
    const found: unknown[] = [];
    let pieces = 0;
    for (let from: number | undefined = 0; from !== undefined; pieces++) {
      const { bytes, next } = await readChunk(folder.file('many'), 'binary', from);
      for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt32LE(at + 4);
        const payload = bytes.subarray(at + 16, at + 16 + length);
        found.push(
          entry(bytes[at] === 0 ? 'to-client' : 'from-client', bytes.readDoubleLE(at + 8), payload),
        );
        at += 16 + length;
      }
      from = next;
    }
    expect(pieces).toBeGreaterThan(2);
    expect(found).toEqual(many);
  });

  test('puts its bytes into intervals of time, each with its place in the file', async () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      entry('to-client', at * 1000, Buffer.alloc(10)),
    );
    writeRecording(folder.file('spread'), many);
    const { histogram } = await summarize(folder.file('spread'));
    expect(histogram.interval).toBe(64);
    expect(histogram.toClient.reduce((sum, bytes) => sum + bytes, 0)).toBe(1000);
    expect(histogram.toClient[Math.floor(50_000 / 64)]).toBe(10);
    const { bytes } = await readChunk(
      folder.file('spread'),
      'binary',
      histogram.offsets[Math.floor(50_000 / 64)] ?? -1,
    );
    expect(bytes.readDoubleLE(8)).toBe(50_000);
  });
});
