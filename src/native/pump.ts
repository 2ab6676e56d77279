import { addon } from './addon.js';
import type { DialectName, ErrorToken, RefusalToken } from './tables.js';

/** '' and 0 for a Unix socket. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** The interface to which a link-local IPv6 address belongs. */
  readonly scope?: number;
}

/** Lists are comma-separated; absent means the default. Times are milliseconds; 0 means never. */
export interface PumpOptions {
  readonly subprotocols?: string | undefined;
  readonly dialects?: readonly DialectName[] | undefined;
  readonly allowOrigins?: string | undefined;
  readonly allowHosts?: string | undefined;
  /** Networks of proxies whose word about the client's address is taken. */
  readonly trustProxy?: string | undefined;
  /** From the first byte that could come to the end of the handshake: 408. */
  readonly handshakeTimeoutMs: number;
  /** For all of a target's addresses together: 504. */
  readonly connectTimeoutMs: number;
  /** A Ping after so long a silence of the client (not in the Hixie dialects, which have none). */
  readonly heartbeatMs: number;
  /** How long after a Ping anything at all must have come from the client. */
  readonly pongTimeoutMs: number;
  /** Without payload in either direction. */
  readonly idleTimeoutMs: number;
  /** Connections at the same time, those in their handshake included; more are answered with 503. */
  readonly maxConnections: number;
  /** The most that is kept per connection and direction while a side is slow; 16 KiB at least. */
  readonly bufferBytes: number;
  /** Plain HTTP requests come as 'http' arrivals; otherwise they are refused with 426. */
  readonly http: boolean;
  /** What comes in the clear is refused with 403, except a Flash policy request. */
  readonly secureOnly: boolean;
}

/**
 * What ended a connection, whichever came first: the client's Close or its end of stream, the target's end of stream,
 * a rule that the client broke, a Ping without an answer, too long an idle time, closeAll or stop, or a connection that
 * broke on either side.
 */
export type EndCause = 'client' | 'target' | 'error' | 'heartbeat' | 'idle' | 'stopped' | 'lost';

/** A good handshake, not answered yet: connect, join or refuse it. */
export interface WebsocketArrival {
  readonly kind: 'websocket';
  /** Valid until its 'refused' or 'ended'; never used again. */
  readonly id: number;
  /** The client: who is connected, or whom a trusted proxy has named (`proxied`). */
  readonly peer: Endpoint;
  readonly proxied: boolean;
  readonly local: Endpoint;
  readonly dialect: DialectName;
  readonly subprotocol: string;
  readonly origin: string;
  readonly host: string;
  /** The request target: path and query. */
  readonly path: string;
  readonly loopback: boolean;
  readonly secure: boolean;
}

/** A plain HTTP request, still to be read. The descriptor, non-blocking, is the receiver's from now on. */
export interface HttpArrival {
  readonly kind: 'http';
  readonly fd: number;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** Whether the listener is bound to a loopback address, where Host has to be a loopback name. */
  readonly loopback: boolean;
  /** It came through TLS; what the descriptor carries does not. */
  readonly secure: boolean;
}

export interface Ended {
  readonly kind: 'ended';
  readonly id: number;
  /** Of the Close that came or went first; 1005 when it had none, 0 when there was no Close. */
  readonly closeCode: number;
  readonly error: ErrorToken;
  readonly cause: EndCause;
  /** Payload from the client. */
  readonly bytesIn: number;
  /** Payload to the client. */
  readonly bytesOut: number;
  /** Its recording breaks off: the file could not be written. */
  readonly unrecorded: boolean;
  /** Since the connection was accepted. */
  readonly ms: number;
}

export type PumpEvent =
  | WebsocketArrival
  | HttpArrival
  /** A TLS handshake, and with it the connection. `reason` is a word for programs, such as ECONNRESET or ERR_SSL_NO_SHARED_CIPHER. */
  | {
      readonly kind: 'tls-failed';
      readonly peer: Endpoint;
      readonly local: Endpoint;
      readonly reason: string;
    }
  /** The TLS handshake with the target, for that reason in words; 'refused' follows. */
  | { readonly kind: 'target-tls-failed'; readonly id: number; readonly reason: string }
  /** A Flash policy request, answered. */
  | { readonly kind: 'flash'; readonly peer: Endpoint; readonly local: Endpoint }
  /** Answered and closed; with an id when there was a 'websocket' before. */
  | {
      readonly kind: 'refused';
      readonly id?: number;
      readonly peer: Endpoint;
      readonly local: Endpoint;
      readonly reason: RefusalToken;
      readonly status: number;
      readonly origin: string;
      readonly host: string;
    }
  /** The target is connected and the 101 is out. */
  | { readonly kind: 'opened'; readonly id: number }
  | Ended;

/** The names of ciphers, as OpenSSL lists them. With an empty list that version of TLS is not spoken. */
export interface TlsCiphers {
  /** For TLS 1.2. */
  readonly ciphers: string;
  /** For TLS 1.3. */
  readonly suites: string;
}

/** What a server shows of itself in TLS: PEM texts. */
export interface TlsIdentity extends TlsCiphers {
  /** The certificate, then those that lead to a root. */
  readonly cert: string;
  readonly key: string;
}

/** What a target has to show. */
export interface TlsTrust extends TlsCiphers {
  /** PEM: certificates of those who are believed; absent: nobody is asked who he is. */
  readonly roots?: string | undefined;
  /** The name or numeric address for which its certificate has to be. */
  readonly host: string;
}

export type PumpTarget =
  /** Tried in this order. */
  { readonly addresses: readonly Endpoint[] } | { readonly unixPath: string };

export interface PumpExtra {
  /** Sent to the target before anything else. */
  readonly preface?: Uint8Array | undefined;
  /** Opened for appending: what the application sends and receives is written to it; closed by the pump. */
  readonly recordFd?: number | undefined;
}

/** How a connection came that was accepted elsewhere. */
export interface Origins {
  readonly peer: Endpoint;
  readonly local: Endpoint;
  readonly loopback: boolean;
  readonly secure: boolean;
  /** In milliseconds of CLOCK_MONOTONIC; absent: when the pump gets it. */
  readonly acceptedMs?: number;
}

export interface PumpCounters {
  /** Connections that are open. */
  readonly open: number;
  /** Connections in their handshake. */
  readonly opening: number;
  /** Payload from clients and to clients, of all connections ever. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * A thread that moves bytes between WebSocket clients and targets. Its events come in order, in batches, on the thread
 * that created it, and it keeps that thread's loop alive until `stop`. A call with an id whose connection has ended
 * meanwhile does nothing but close the descriptors that came with it. Descriptors that are handed over are the pump's,
 * also when the call throws.
 */
export interface Pump {
  /** Takes a listening socket (TCP or Unix). */
  listen(fd: number): void;
  /** Takes a connection from which nothing has been read. */
  adopt(fd: number, from: Origins): void;
  /** Connects the target, then answers 101; or refuses with target-refused or target-timeout. */
  connect(id: number, target: PumpTarget, extra?: PumpExtra): void;
  /** The same with a socket that is connected, or about to be (EINPROGRESS). */
  join(id: number, fd: number, extra?: PumpExtra): void;
  refuse(id: number, reason: RefusalToken): void;
  /**
   * Goes on with a connection in midstream: `state` holds the bytes of its struct ws_decoder and struct ws_encoder.
   * Returns its id; only 'ended' follows.
   */
  resume(fd: number, target: number, state: Uint8Array, from: Origins, extra?: PumpExtra): number;
  /**
   * From now on TLS is spoken, too, and bytes behind it are taken as if they had come in the clear; before, it is refused.
   * Connections that are there already keep what they have. Throws when the identity cannot be used.
   */
  identify(identity: TlsIdentity): void;
  /**
   * From now on TLS is spoken to targets that `connect` names, behind the preface. Throws when the trust cannot be used.
   */
  secureTargets(trust: TlsTrust): void;
  /** Closes the listening sockets; connections in their handshake go on. */
  stopListening(): void;
  /** Sends every open connection a Close with that code; those in their handshake are refused with 503. */
  closeAll(code: number): void;
  counters(): PumpCounters;
  /** Ends the thread and every connection; their 'ended' still come, and nothing after them. */
  stop(): void;
}

export type CreatePump = (
  options: PumpOptions,
  onEvents: (events: readonly PumpEvent[]) => void,
) => Pump;

export const createPump: CreatePump = (options, onEvents) => addon.createPump(options, onEvents);
