import type { FileReader } from './file-reader.js';

/** A program header, as far as it matters here. */
export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const TAG_END = 0;
const TAG_NEEDED = 1;
const TAG_STRINGS = 5;
const SANE_ENTRIES = 4096;
const LONGEST_NAME = 256;

/** Names of the libraries that a program is linked with (DT_NEEDED), as they stand there. */
export function readNeeded(
  file: FileReader,
  segments: readonly Segment[],
  wide: boolean,
): readonly string[] {
  const entries = dynamicEntries(file, segments, wide);
  const strings = entries.find(({ tag }) => tag === TAG_STRINGS);
  const table = strings && offsetOf(strings.value, segments);
  if (table === undefined) return [];
  return entries
    .filter(({ tag }) => tag === TAG_NEEDED)
    .map(({ value }) => file.text(table + value, LONGEST_NAME));
}

function dynamicEntries(file: FileReader, segments: readonly Segment[], wide: boolean) {
  const segment = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  const size = wide ? 16 : 8;
  const entries: { tag: number; value: number }[] = [];
  const count = Math.min((segment?.size ?? 0) / size, SANE_ENTRIES);
  for (let index = 0; segment && index < count; index++) {
    const at = segment.offset + index * size;
    const tag = file.u32(at);
    if (tag === TAG_END) break;
    // Tags above 32 bits do not exist; values of other tags may be any number.
    if (tag === TAG_NEEDED || tag === TAG_STRINGS)
      entries.push({ tag, value: wide ? file.u64(at + 8) : file.u32(at + 4) });
  }
  return entries;
}

/** Where in the file an address of the loaded program comes from. */
function offsetOf(address: number, segments: readonly Segment[]): number | undefined {
  const segment = segments.find(
    ({ type, address: from, size }) =>
      type === SEGMENT_LOAD && address >= from && address < from + size,
  );
  return segment && segment.offset + address - segment.address;
}
