import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convert } from '../../src/recording/convert.js';
import type { Encoding } from '../../src/recording/entry.js';
import { entry, Folder, HOSTILE, readEntries, runRecording, writeRecording } from './sample.js';

describe('converting a recording', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await Folder.make();
  });
  afterAll(() => folder.remove());

  async function converted(from: string, to: Encoding, name: string): Promise<string> {
    const output = createWriteStream(folder.file(name));
    await convert(from, to, output);
    output.end();
    await finished(output);
    return folder.file(name);
  }

  const entries = HOSTILE.map((payload, at) =>
    entry(at % 2 === 0 ? 'to-client' : 'from-client', at * 7, payload),
  );

  test('to the format of 2010 and back is where one began, byte by byte', async () => {
    writeRecording(folder.file('new'), entries);
    const old = await converted(folder.file('new'), 'base64', 'old');
    expect(readFileSync(old, 'latin1')).not.toMatch(/VNC_frame_encoding/);
    expect(await readEntries(old)).toEqual(entries);
    const again = await converted(old, 'binary', 'again');
    expect(readFileSync(again, 'latin1')).toBe(readFileSync(folder.file('new'), 'latin1'));
  });

  test('of 2010 to the format of today and back is, too', async () => {
    const text = "var VNC_frame_data = [\n'{0{UkZCIDAwMy4wMDgK',\n'}5}AP8=',\n'{9{Jw==',\n'EOF']\n";
    writeFileSync(folder.file('of-2010'), text);
    const today = await converted(folder.file('of-2010'), 'binary', 'today');
    expect((await runRecording(today)).frames).toEqual([
      '{0{RFB 003.008\n',
      '}5}\x00\xff',
      "{9{'",
      'EOF',
    ]);
    expect(readFileSync(await converted(today, 'base64', 'of-2010-again'), 'latin1')).toBe(text);
  });

  test('to the format that it has changes nothing', async () => {
    writeRecording(folder.file('same'), entries);
    const same = await converted(folder.file('same'), 'binary', 'same-again');
    expect(readFileSync(same, 'latin1')).toBe(readFileSync(folder.file('same'), 'latin1'));
  });

  test('that broke off leaves the broken line out and gives it an end, so that noVNC loads it', async () => {
    writeRecording(folder.file('cut'), entries.slice(0, 3), "'{99{half of a li");
    const whole = await converted(folder.file('cut'), 'binary', 'mended');
    expect((await runRecording(whole)).frames.length).toBe(4);
    expect(await readEntries(whole)).toEqual(entries.slice(0, 3));
  });
});
