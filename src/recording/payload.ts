import { addon } from '../native/addon.js';
import type { Encoding } from './entry.js';

const BACKSLASH = 0x5c;
const QUOTE = 0x27;

const SIMPLE: Readonly<Record<number, number>> = {
  [char('0')]: 0x00,
  [char('b')]: 0x08,
  [char('t')]: 0x09,
  [char('n')]: 0x0a,
  [char('v')]: 0x0b,
  [char('f')]: 0x0c,
  [char('r')]: 0x0d,
};
const HEX_DIGITS: Readonly<Record<number, number>> = { [char('x')]: 2, [char('u')]: 4 };

const NO_DIGIT = 16;
/** By character. */
const HEX_VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUES[char(digit)] = value;
  HEX_VALUES[char(digit.toUpperCase())] = value;
}

function char(text: string): number {
  return text.charCodeAt(0);
}

/** The bytes that stand between the quotes of a record. Undefined when that is not what the encoding allows. */
export function decodePayload(text: Buffer, encoding: Encoding): Buffer | undefined {
  return encoding === 'binary' ? fromEscapes(text) : fromBase64(text);
}

/** What stands between the quotes for these bytes. */
export function encodePayload(payload: Buffer, encoding: Encoding): Buffer {
  if (encoding === 'binary') return addon.recordingEscape(payload);
  return Buffer.from(payload.toString('base64'), 'latin1');
}

function fromBase64(text: Buffer): Buffer | undefined {
  const plain = text.toString('latin1');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : undefined;
}

/** Knows more escapes than we write, for files of others. A bare quote is where a line that was cut short met another. */
function fromEscapes(text: Buffer): Buffer | undefined {
  let from = text.indexOf(BACKSLASH);
  if (from < 0) return text.includes(QUOTE) ? undefined : text;
  if (text.subarray(0, from).includes(QUOTE)) return undefined;
  const out = Buffer.from(text);
  let length = from;
  while (from < text.length) {
    const byte = text[from++] ?? 0;
    if (byte === QUOTE) return undefined;
    if (byte !== BACKSLASH) {
      out[length++] = byte;
      continue;
    }
    const letter = text[from++];
    if (letter === undefined) return undefined;
    const digits = HEX_DIGITS[letter];
    if (digits === undefined) {
      out[length++] = SIMPLE[letter] ?? letter;
      continue;
    }
    const value = hexadecimal(text, from, from + digits);
    if (value === undefined || value > 0xff) return undefined;
    out[length++] = value;
    from += digits;
  }
  return out.subarray(0, length);
}

function hexadecimal(text: Buffer, from: number, to: number): number | undefined {
  if (to > text.length) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = HEX_VALUES[text[at] ?? 0] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
