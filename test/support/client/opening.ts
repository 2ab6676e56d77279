import { createHash } from 'node:crypto';
import { Random } from '../random.js';
import type { Connection } from './connection.js';
import { type Dialect, isHixie } from './dialect.js';
import { type HixieKeys, hixieDigest, makeHixieKeys } from './hixie-keys.js';
import { type Response, readExactly } from './response.js';

/** What a client asks for. */
export interface OpeningOptions {
  dialect?: Dialect;
  subprotocols?: readonly string[];
  /** null leaves the field out; by default only Hixie clients send one, and it is the server's own. */
  origin?: string | null;
  /** By default the loopback address and the port. */
  host?: string;
  path?: string;
  /** wss:// */
  secure?: boolean;
  /** More fields, as "Name: value". */
  fields?: string[];
  seed?: number;
}

/** The bytes of a request, and the check of the answer that is due to it. */
export interface Opening {
  dialect: Dialect;
  request: Buffer;
  /** Throws when the answer is not the one due; returns the chosen subprotocol, '' when none. */
  verify(response: Response, connection: Connection): Promise<string>;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const VERSIONS = { rfc6455: 13, hybi08: 8, hybi07: 7 };

function demand(condition: boolean, what: string, response: Response): void {
  if (!condition) throw new Error(`${what} in ${JSON.stringify(response.lines)}`);
}

function chosenSubprotocol(response: Response, field: string, offered: readonly string[]): string {
  const chosen = response.fields.get(field);
  if (chosen === undefined) return '';
  demand(offered.includes(chosen), 'a subprotocol that was not offered', response);
  return chosen;
}

let count = 0;

export function makeOpening(port: number, options: OpeningOptions = {}): Opening {
  const dialect = options.dialect ?? 'rfc6455';
  const host = options.host ?? `127.0.0.1:${port}`;
  const random = new Random(options.seed ?? ++count);
  const wanted = {
    ...options,
    dialect,
    host,
    path: options.path ?? '/',
    offered: options.subprotocols ?? [],
  };
  return isHixie(dialect) ? hixieOpening(wanted, random) : rfcOpening(wanted, random);
}

type Wanted = OpeningOptions & {
  dialect: Dialect;
  host: string;
  path: string;
  offered: readonly string[];
};

function head(lines: (string | false)[]): string {
  return `${lines.filter((line) => line !== false).join('\r\n')}\r\n\r\n`;
}

function rfcOpening(wanted: Wanted, random: Random): Opening {
  const key = random.bytes(16).toString('base64');
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  const version = VERSIONS[wanted.dialect as keyof typeof VERSIONS];
  const originField = version === 13 ? 'Origin' : 'Sec-WebSocket-Origin';
  const request = head([
    `GET ${wanted.path} HTTP/1.1`,
    `Host: ${wanted.host}`,
    'Upgrade: websocket',
    'Connection: keep-alive, Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Version: ${version}`,
    wanted.origin != null && `${originField}: ${wanted.origin}`,
    wanted.offered.length > 0 && `Sec-WebSocket-Protocol: ${wanted.offered.join(', ')}`,
    ...(wanted.fields ?? []),
  ]);
  return {
    dialect: wanted.dialect,
    request: Buffer.from(request, 'latin1'),
    async verify(response) {
      const { fields } = response;
      demand(response.status === 101, 'no 101', response);
      demand(
        fields.get('upgrade')?.toLowerCase() === 'websocket',
        'no Upgrade: websocket',
        response,
      );
      demand(
        fields.get('connection')?.toLowerCase() === 'upgrade',
        'no Connection: Upgrade',
        response,
      );
      demand(
        fields.get('sec-websocket-accept') === accept,
        `no Sec-WebSocket-Accept: ${accept}`,
        response,
      );
      demand(!fields.has('sec-websocket-extensions'), 'an extension', response);
      return chosenSubprotocol(response, 'sec-websocket-protocol', wanted.offered);
    },
  };
}

function hixieRequest(wanted: Wanted, keys: HixieKeys, origin: string | null): Buffer {
  const newer = wanted.dialect === 'hixie76';
  const text = head([
    `GET ${wanted.path} HTTP/1.1`,
    'Upgrade: WebSocket',
    'Connection: Upgrade',
    `Host: ${wanted.host}`,
    origin !== null && `Origin: ${origin}`,
    wanted.offered.length > 0 &&
      `${newer ? 'Sec-' : ''}WebSocket-Protocol: ${wanted.offered.join(', ')}`,
    newer && `Sec-WebSocket-Key1: ${keys.key1}`,
    newer && `Sec-WebSocket-Key2: ${keys.key2}`,
    ...(wanted.fields ?? []),
  ]);
  return Buffer.concat([Buffer.from(text, 'latin1'), newer ? keys.key3 : Buffer.alloc(0)]);
}

function hixieOpening(wanted: Wanted, random: Random): Opening {
  const newer = wanted.dialect === 'hixie76';
  const keys = makeHixieKeys(random);
  const origin = wanted.origin === undefined ? `http://${wanted.host}` : wanted.origin;
  const prefix = newer ? 'sec-' : '';
  const start = [
    `HTTP/1.1 101 ${newer ? 'WebSocket' : 'Web Socket'} Protocol Handshake`,
    'Upgrade: WebSocket',
    'Connection: Upgrade',
  ];
  return {
    dialect: wanted.dialect,
    request: hixieRequest(wanted, keys, origin),
    async verify(response, connection) {
      const { fields, lines } = response;
      demand(start.join() === lines.slice(0, 3).join(), 'not the first three lines', response);
      demand(
        fields.get(`${prefix}websocket-origin`) === (origin ?? undefined),
        'not the origin',
        response,
      );
      const location = `${wanted.secure ? 'wss' : 'ws'}://${wanted.host}${wanted.path}`;
      demand(fields.get(`${prefix}websocket-location`) === location, 'not the location', response);
      if (newer) {
        const digest = await readExactly(connection, 16);
        const due = hixieDigest(keys);
        if (!digest.equals(due))
          throw new Error(`digest ${digest.toString('hex')} is not ${due.toString('hex')}`);
      }
      return chosenSubprotocol(response, `${prefix}websocket-protocol`, wanted.offered);
    },
  };
}
