import { createHash } from 'node:crypto';
import type { Random } from '../random.js';

export interface HixieKeys {
  key1: string;
  key2: string;
  key3: Buffer;
}

/** Characters that a key may be padded with: printable, neither digit nor space. */
const PADDING = '!"#$%&\'()*+,-./:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

/** draft-hixie-thewebsocketprotocol-76, section 4.1, steps 16 to 24. */
function makeKey(random: Random): string {
  const spaces = random.between(1, 12);
  const most = Math.floor(0xffffffff / spaces);
  let key = String((random.word() % most) * spaces);
  for (let i = random.between(1, 12); i > 0; i--)
    key = insert(
      key,
      random.between(0, key.length),
      PADDING.charAt(random.between(0, PADDING.length - 1)),
    );
  for (let i = 0; i < spaces; i++) key = insert(key, random.between(1, key.length - 1), ' ');
  return key;
}

export function makeHixieKeys(random: Random): HixieKeys {
  return { key1: makeKey(random), key2: makeKey(random), key3: random.bytes(8) };
}

function part(key: string): number {
  const spaces = key.split(' ').length - 1;
  return Number(key.replace(/\D/g, '')) / spaces;
}

/** The sixteen bytes that the server answers. */
export function hixieDigest({ key1, key2, key3 }: HixieKeys): Buffer {
  const input = Buffer.alloc(16);
  input.writeUInt32BE(part(key1), 0);
  input.writeUInt32BE(part(key2), 4);
  key3.copy(input, 8);
  return createHash('md5').update(input).digest();
}
