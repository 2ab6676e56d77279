import type { FileHandle } from 'node:fs/promises';
import { WswrapError } from '../error.js';
import type { Encoding } from './entry.js';
import { parseLine, type RecordLine } from './line.js';
import { stretches } from './lines.js';
import { decodePayload } from './payload.js';

/** What a recording says of itself. */
export interface Head {
  readonly encoding: Encoding;
  /** True when the file has a line that names the encoding. */
  readonly declared: boolean;
  /** Of the comment line that we write: peer, dialect, subprotocol, started. Empty in files of others. */
  readonly facts: Readonly<Record<string, string>>;
  /** Whether the server speaks RFB, the protocol of VNC. Undefined when it has said nothing yet. */
  readonly rfb: boolean | undefined;
}

const LINES_LOOKED_AT = 1000;

/** Reads a recording's first lines. Throws a WswrapError when they are not those of a recording. */
export async function readHead(file: FileHandle, name: string): Promise<Head> {
  for await (const { lines } of stretches(file))
    return headOf(lines.slice(0, LINES_LOOKED_AT), name);
  throw notRecording(name);
}

function headOf(lines: readonly Buffer[], name: string): Head {
  const records: RecordLine[] = [];
  let declared: Encoding | undefined;
  let begun = false;
  let facts = {};
  for (const line of lines) {
    const parsed = parseLine(line);
    if (typeof parsed !== 'string') records.push(parsed);
    if (parsed !== 'other') continue;
    const text = line.toString('latin1', 0, 1000);
    declared ??= /^var VNC_frame_encoding\s*=\s*['"](binary|base64)['"]/.exec(
      text,
    )?.[1] as Encoding;
    begun ||= text.startsWith('var VNC_frame_data');
    if (text.startsWith('// ')) facts = { ...factsOf(text), ...facts };
  }
  if (!begun) throw notRecording(name);
  const encoding = declared ?? guess(records[0]);
  return { encoding, declared: declared !== undefined, facts, rfb: isRfb(records, encoding) };
}

function factsOf(comment: string): Record<string, string> {
  return Object.fromEntries(
    [...comment.matchAll(/(\w+)=([\x21-\x7e]+)/g)].map(([, key, value]) => [key, value]),
  );
}

/** Files without a line for it hold base64, except some of noVNC's own. */
function guess(first: RecordLine | undefined): Encoding {
  const text = first?.text;
  const fits =
    text === undefined || (text.length % 4 === 0 && decodePayload(text, 'base64') !== undefined);
  return fits ? 'base64' : 'binary';
}

function isRfb(records: readonly RecordLine[], encoding: Encoding): boolean | undefined {
  let said = '';
  for (const { text, direction } of records) {
    if (direction === 'to-client')
      said += decodePayload(text, encoding)?.toString('latin1', 0, 4) ?? '';
    if (said.length >= 4) return said.startsWith('RFB ');
  }
  return undefined;
}

function notRecording(name: string): WswrapError {
  return new WswrapError(
    'bad-option',
    `${name} is not a recording: it has no line that begins with "var VNC_frame_data". Give a file that --record has written.`,
  );
}
