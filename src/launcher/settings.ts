import type { DialectName } from '../native/tables.js';

/** What the port offers besides plain WebSocket; most of it is the relay's work. */
export interface Services {
  /** A file's absolute path, or 'auto'; undefined: no TLS. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly sslOnly: boolean;
  /** A folder's absolute path, or 'novnc'; undefined: no plain HTTP. */
  readonly web: string | undefined;
  /** Of a client's silence, after which it is one of plain TCP; undefined: those are refused. */
  readonly alsoTcpSeconds: number | undefined;
  /** The absolute path before the number; undefined: nothing is recorded. */
  readonly record: string | undefined;
  /** 0: no pings. */
  readonly heartbeatMs: number;
  readonly pongTimeoutMs: number;
  /** 0: never. */
  readonly idleTimeoutMs: number;
}

/** What library and relay are told, besides where to find things. */
export interface Settings {
  readonly ports: readonly number[];
  readonly logFormat: 'text' | 'json';
  /** 0 nothing, 1 connection lines, 2 also why descriptors are passed by. */
  readonly logLevel: 0 | 1 | 2;
  readonly handshakeTimeoutMs: number;
  readonly dialects: readonly DialectName[] | undefined;
  /** Comma-separated lists; undefined means the library's default. */
  readonly subprotocols: string | undefined;
  readonly allowOrigins: string | undefined;
  readonly allowHosts: string | undefined;
  /** Networks whose word on the client's address counts. */
  readonly trustProxy: string | undefined;
  readonly services: Services;
}

/** A command to be run wrapped. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string | undefined;
  readonly settings: Settings;
}
