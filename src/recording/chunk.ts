import { open } from 'node:fs/promises';
import type { Encoding, Entry } from './entry.js';
import { entryOf } from './line.js';
import { stretches } from './lines.js';

/** Direction (0 to the client, 1 from it), three bytes of nothing, length (uint32), milliseconds (float64). */
const HEADER = 16;

/** A piece of a recording for the player: records, one after the other, each a header of 16 bytes, little-endian, and payload. */
export interface Chunk {
  readonly bytes: Buffer;
  /** Where in the file the next chunk begins; undefined at its end. */
  readonly next: number | undefined;
}

/** About a MiB of the file, from the beginning of a line on. */
export async function readChunk(path: string, encoding: Encoding, from: number): Promise<Chunk> {
  const file = await open(path);
  try {
    for await (const { lines, next } of stretches(file, from)) {
      const parts = lines.flatMap((line) => {
        const entry = entryOf(line, encoding);
        return typeof entry === 'string' ? [] : [headerOf(entry), entry.payload];
      });
      return { bytes: Buffer.concat(parts), next };
    }
    return { bytes: Buffer.alloc(0), next: undefined };
  } finally {
    await file.close();
  }
}

function headerOf({ direction, ms, payload }: Entry): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(direction === 'to-client' ? 0 : 1, 0);
  header.writeUInt32LE(payload.length, 4);
  header.writeDoubleLE(ms, 8);
  return header;
}
