import type { DialectName } from '../native/tables.js';

/** What the library is told, besides where to find things. */
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
}

/** A command to be run wrapped. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string | undefined;
  readonly settings: Settings;
}
