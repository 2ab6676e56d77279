import type { FileHandle } from 'node:fs/promises';

const CHUNK = 1 << 20;
/** A record of ours has 16 KiB at most; files of others may hold a whole WebSocket message in one. */
const LINE_MAX = 64 << 20;
const NEWLINE = 0x0a;

/** The lines of one stretch of a file. */
export interface Stretch {
  /** Without their newlines; the last line of the file may have had none. */
  readonly lines: readonly Buffer[];
  /** Where in the file each of them begins. */
  readonly offsets: readonly number[];
  /** Where the next stretch begins. */
  readonly next: number;
}

/** Reads a file's lines from a line's beginning on, about a MiB at a time. A line of more than 64 MiB is cut into several. */
export async function* stretches(file: FileHandle, from = 0): AsyncGenerator<Stretch> {
  let rest = Buffer.alloc(0);
  let next = from;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK);
    const { bytesRead } = await file.read(chunk, 0, CHUNK, next + rest.length);
    const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const stretch = split(text, next, bytesRead === 0 || text.length > LINE_MAX);
    rest = text.subarray(stretch.next - next);
    next = stretch.next;
    if (stretch.lines.length > 0) yield stretch;
    if (bytesRead === 0) return;
  }
}

function split(text: Buffer, offset: number, final: boolean): Stretch {
  const lines: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, at)) {
    offsets.push(offset + at);
    lines.push(text.subarray(at, text[end - 1] === 0x0d && end > at ? end - 1 : end));
    at = end + 1;
  }
  if (final && at < text.length) {
    offsets.push(offset + at);
    lines.push(text.subarray(at));
    at = text.length;
  }
  return { lines, offsets, next: offset + at };
}
