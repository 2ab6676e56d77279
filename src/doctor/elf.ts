import { readNeeded, type Segment } from './elf-needed.js';
import { type FileReader, readingFile } from './file-reader.js';

/** What an ELF file says of itself, as far as it matters for preloading. */
export interface Elf {
  readonly bits: 32 | 64;
  readonly machine: number;
  /** Position-independent: among static programs this tells the static-pie ones. */
  readonly relocatable: boolean;
  /** The dynamic loader; a program without one is statically linked. */
  readonly interpreter: string | undefined;
  /** Made by the Go toolchain, which calls the kernel without libc. */
  readonly go: boolean;
  /** Libraries that it is linked with. */
  readonly needed: readonly string[];
}

const TYPE_DYN = 3;
const SEGMENT_INTERP = 3;
const SEGMENT_NOTE = 4;
const SANE_SEGMENTS = 512;
const SANE_SEGMENT_BYTES = 1 << 20;

/** Reads the ELF header and the segments of the file; throws when it is not whole. */
export function readElf(path: string): Elf {
  return readingFile(path, (file) => {
    const identity = file.bytes(0, 6);
    const wide = identity[4] === 2;
    file.littleEndian = identity[5] !== 2;
    const segments = readSegments(file, wide);
    return {
      bits: wide ? 64 : 32,
      machine: file.u16(18),
      relocatable: file.u16(16) === TYPE_DYN,
      interpreter: readInterpreter(file, segments),
      go: segments.some((segment) => segment.type === SEGMENT_NOTE && hasGoNote(file, segment)),
      needed: readNeeded(file, segments, wide),
    };
  });
}

function readSegments(file: FileReader, wide: boolean): Segment[] {
  const table = wide ? file.u64(32) : file.u32(28);
  const entrySize = file.u16(wide ? 54 : 42);
  const count = file.u16(wide ? 56 : 44);
  if (count > SANE_SEGMENTS) throw new RangeError(`${count} program headers`);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    return {
      type: file.u32(at),
      offset: wide ? file.u64(at + 8) : file.u32(at + 4),
      address: wide ? file.u64(at + 16) : file.u32(at + 8),
      size: wide ? file.u64(at + 32) : file.u32(at + 16),
    };
  });
}

function contents(file: FileReader, segment: Segment): Buffer {
  if (segment.size > SANE_SEGMENT_BYTES) throw new RangeError(`a segment of ${segment.size} bytes`);
  return file.bytes(segment.offset, segment.size);
}

function readInterpreter(file: FileReader, segments: readonly Segment[]): string | undefined {
  const segment = segments.find(({ type }) => type === SEGMENT_INTERP);
  return segment && contents(file, segment).toString('latin1').replace(/\0.*/s, '');
}

/** The note with Go's build id: name "Go", type 4. It comes first in its segment. */
function hasGoNote(file: FileReader, segment: Segment): boolean {
  if (segment.size < 16) return false;
  const note = contents(file, segment);
  return note.toString('latin1', 12, 15) === 'Go\0';
}
