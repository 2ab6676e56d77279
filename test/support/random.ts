/** A seeded generator (xorshift32), so that a failing run can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.word();
  }

  word(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** An integer from low to high, both included. */
  between(low: number, high: number): number {
    return low + (this.word() % (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.word() < probability * 2 ** 32;
  }

  /** A size from 1 to most, small ones as likely as large ones (log-uniform). */
  size(most: number): number {
    return Math.min(most, Math.max(1, Math.floor(most ** (this.word() / 2 ** 32))));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  bytes(length: number): Buffer {
    const words = new Int32Array((length + 3) >> 2);
    let x = this.#state;
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
    this.#state = x >>> 0;
    return Buffer.from(words.buffer, 0, length);
  }
}
