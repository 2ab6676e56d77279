import { closeSync, openSync, readSync } from 'node:fs';

/** Numbers and bytes at places of a file; reading past its end throws. */
export class FileReader {
  littleEndian = true;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    const read = readSync(this.#fd, buffer, 0, length, offset);
    if (read < length) throw new RangeError(`the file ends at byte ${offset + read}`);
    return buffer;
  }

  /** As bytes, but shorter when the file ends before. */
  head(length: number, offset = 0): Buffer {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(this.#fd, buffer, 0, length, offset));
  }

  /** What stands before a NUL, cut at that many bytes. */
  text(offset: number, longest: number): string {
    return this.head(longest, offset).toString('latin1').replace(/\0.*/s, '');
  }

  u16(offset: number): number {
    const bytes = this.bytes(offset, 2);
    return this.littleEndian ? bytes.readUInt16LE() : bytes.readUInt16BE();
  }

  u32(offset: number): number {
    const bytes = this.bytes(offset, 4);
    return this.littleEndian ? bytes.readUInt32LE() : bytes.readUInt32BE();
  }

  u64(offset: number): number {
    const bytes = this.bytes(offset, 8);
    return Number(this.littleEndian ? bytes.readBigUInt64LE() : bytes.readBigUInt64BE());
  }
}

/** Opens the file for the time of one call. */
export function readingFile<T>(path: string, read: (file: FileReader) => T): T {
  const fd = openSync(path, 'r');
  try {
    return read(new FileReader(fd));
  } finally {
    closeSync(fd);
  }
}
