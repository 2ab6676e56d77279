import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Encoding } from './entry.js';
import { readHead } from './head.js';
import { entryOf } from './line.js';
import { stretches } from './lines.js';
import { encodePayload } from './payload.js';

const DECLARATION = /^var VNC_frame_encoding\b/;

/**
 * Writes a recording with the other encoding: 'base64' as in 2010, without a line that names it, or 'binary' with one. All
 * other lines stay as they are, records one to one, so there and back is where one began. Damaged lines are left out, and a
 * closing line is added where there is none. Returns how many lines were damaged.
 */
export async function convert(path: string, to: Encoding, output: Writable): Promise<number> {
  const file = await open(path);
  try {
    const { encoding } = await readHead(file, path);
    let [damaged, ended] = [0, false];
    if (to === 'binary') output.write("var VNC_frame_encoding = 'binary';\n");
    for await (const { lines } of stretches(file)) {
      const parts: Buffer[] = [];
      for (const line of lines) {
        const entry = entryOf(line, encoding);
        if (entry === 'damaged') damaged++;
        if (entry === 'end') ended = true;
        if (entry === 'damaged' || (entry === 'other' && DECLARATION.test(line.toString('latin1'))))
          continue;
        parts.push(
          typeof entry === 'string' ? line : recoded(line, encodePayload(entry.payload, to)),
          NEWLINE,
        );
      }
      if (!output.write(Buffer.concat(parts))) await once(output, 'drain');
    }
    if (!ended) output.write("'EOF'];\n");
    return damaged;
  } finally {
    await file.close();
  }
}

const NEWLINE = Buffer.from('\n');

/** The line with that text in place of its payload; direction and time stay as they are. */
function recoded(line: Buffer, text: Buffer): Buffer {
  const mark = line.subarray(1, 2);
  const start = line.indexOf(mark, 2) + 1;
  return Buffer.concat([line.subarray(0, start), text, Buffer.from("',")]);
}
