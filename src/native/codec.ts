import type { DialectName, ErrorToken, RefusalToken } from './tables.js';

export type Encoding = 'binary' | 'base64';

/** What the operator allows; lists are comma-separated, absent means the default. */
export interface Policy {
  readonly subprotocols?: string | undefined;
  readonly allowOrigins?: string | undefined;
  readonly allowHosts?: string | undefined;
  readonly dialects?: readonly DialectName[] | undefined;
  readonly loopback?: boolean;
  readonly secure?: boolean;
}

interface Answered {
  /** As sent by the client, '' when absent. */
  readonly origin: string;
  readonly host: string;
  /** To be sent to the client; may be empty when it is refused. */
  readonly answer: Buffer;
}

export interface Accepted extends Answered {
  readonly verdict: 'accept';
  /** Bytes of the input that belong to the handshake. */
  readonly consumed: number;
  readonly dialect: DialectName;
  readonly encoding: Encoding;
  /** '' when none was chosen. */
  readonly subprotocol: string;
}

export interface Refused extends Answered {
  readonly verdict: 'refuse';
  readonly refusal: RefusalToken;
  /** 0 when it is not answered in HTTP. */
  readonly status: number;
}

export type HandshakeResult = { readonly verdict: 'more' } | Accepted | Refused;

export interface Decoded {
  readonly consumed: number;
  readonly payload: Buffer;
  readonly event: 'none' | 'ping' | 'pong' | 'close' | 'error';
  /** Of the ping, pong or close. */
  readonly control: Buffer;
  readonly closeCode: number;
  readonly error: ErrorToken;
}

export interface Decoder {
  /** Up to the first event, or to the end. */
  decode(bytes: Uint8Array): Decoded;
  overhead(bytes: Uint8Array): number;
  readonly ended: boolean;
  readonly atBoundary: boolean;
}

export interface Encoder {
  /** At most `room` bytes for the wire, and how much of the payload is written with them. */
  encode(payload: Uint8Array, room: number): { readonly wire: Buffer; readonly written: number };
  ping(payload: Uint8Array): boolean;
  pong(payload: Uint8Array): boolean;
  close(code: number): boolean;
  readonly idle: boolean;
  readonly hasPending: boolean;
  readonly closeSent: boolean;
}

/** native/core as the addon shows it. */
export interface Codec {
  handshake(bytes: Uint8Array, policy: Policy): HandshakeResult;
  readonly Decoder: new (dialect: DialectName, encoding: Encoding) => Decoder;
  readonly Encoder: new (dialect: DialectName, encoding: Encoding) => Encoder;
}
