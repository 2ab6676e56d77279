import { EncodingNumber } from '../protocol.js';
import type { Encoder } from './encoding.js';
import { Hextile } from './hextile.js';
import { Raw } from './raw.js';
import { Zrle } from './zrle.js';

/** A client's encoders: the first of its wishes that we know is used, Raw when we know none of them. */
export class EncoderChoice {
  readonly #raw = new Raw();
  readonly #hextile = new Hextile();
  /** Made once at most: its zlib stream lasts as long as the connection, whatever is used in between. */
  #zrle: Zrle | undefined;
  #current: Encoder = this.#raw;

  get current(): Encoder {
    return this.#current;
  }

  prefer(wishes: readonly number[]): void {
    this.#current = this.#raw;
    for (const wish of wishes) {
      const encoder = this.#byNumber(wish);
      if (encoder === undefined) continue;
      this.#current = encoder;
      return;
    }
  }

  close(): void {
    this.#zrle?.close();
  }

  #byNumber(number: number): Encoder | undefined {
    if (number === EncodingNumber.raw) return this.#raw;
    if (number === EncodingNumber.hextile) return this.#hextile;
    if (number !== EncodingNumber.zrle) return undefined;
    this.#zrle ??= new Zrle();
    return this.#zrle;
  }
}
