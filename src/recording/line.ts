import type { Encoding, Entry } from './entry.js';
import { decodePayload } from './payload.js';

const QUOTE = 0x27;
const COMMA = 0x2c;
const ZERO = 0x30;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Safely a number of milliseconds, and longer than anybody records. */
const DIGITS_MAX = 15;

/** A record's line in parts, its payload still as it stands there. */
export interface RecordLine {
  readonly direction: Entry['direction'];
  readonly ms: number;
  readonly text: Buffer;
}

/** Takes a line apart, given without its newline. 'end' is the closing line, 'other' what is no record (declarations,
 * comments), 'damaged' a record that was cut short or that another process's line has run into. */
export function parseLine(line: Buffer): RecordLine | 'end' | 'other' | 'damaged' {
  if (line[0] !== QUOTE) return 'other';
  const mark = line[1];
  if (mark !== OPEN && mark !== CLOSE)
    return line.toString('latin1', 0, 5) === "'EOF'" ? 'end' : 'damaged';
  let at = 2;
  let ms = 0;
  for (
    let digit = digitAt(line, at);
    digit >= 0 && at < 2 + DIGITS_MAX;
    digit = digitAt(line, ++at)
  ) {
    ms = ms * 10 + digit;
  }
  const end = line.length - 2;
  if (
    at === 2 ||
    line[at] !== mark ||
    end <= at ||
    line[end] !== QUOTE ||
    line[end + 1] !== COMMA
  ) {
    return 'damaged';
  }
  return {
    direction: mark === OPEN ? 'to-client' : 'from-client',
    ms,
    text: line.subarray(at + 1, end),
  };
}

/** The same with the payload decoded; undefined for what is no record. */
export function entryOf(line: Buffer, encoding: Encoding): Entry | 'end' | 'other' | 'damaged' {
  const parsed = parseLine(line);
  if (typeof parsed === 'string') return parsed;
  const payload = decodePayload(parsed.text, encoding);
  return payload === undefined
    ? 'damaged'
    : { direction: parsed.direction, ms: parsed.ms, payload };
}

function digitAt(line: Buffer, at: number): number {
  const digit = (line[at] ?? 0) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
