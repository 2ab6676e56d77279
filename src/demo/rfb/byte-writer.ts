/** Collects bytes; grows as needed. Numbers are written big-endian, as RFB has them. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  uint8(value: number): this {
    const at = this.#claim(1);
    this.#buffer[at] = value;
    return this;
  }

  uint16(value: number): this {
    const at = this.#claim(2);
    this.#buffer.writeUInt16BE(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.#claim(4);
    this.#buffer.writeUInt32BE(value >>> 0, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#claim(4);
    this.#buffer.writeInt32BE(value, at);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#claim(bytes.length);
    this.#buffer.set(bytes, at);
    return this;
  }

  /** Puts `value` at a place that was written before. */
  patchUint8(at: number, value: number): void {
    this.#buffer[at] = value;
  }

  /** What was written so far: a view, valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  /** Makes room for `size` bytes and returns where they begin. */
  #claim(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }
}
