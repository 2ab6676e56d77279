import type { DialectName } from '../native/tables.js';
import type { IdentityFiles } from '../relay/identity.js';
import type { LogFormat } from '../relay/log-line.js';

/** A TCP port; an empty host stands for all addresses when listening. Or a Unix socket. */
export type Place = HostPort | { readonly unixPath: string };

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What a proxy is to do; goes as JSON from process to process. Paths are absolute, times in milliseconds, 0 is never. */
export interface ProxySettings {
  readonly listen: readonly Place[];
  readonly target: Place;
  /** TLS to the target. */
  readonly targetTls?: TargetTls | undefined;
  /** Version of the PROXY protocol in which the target is told of the client. */
  readonly proxyProtocol?: 1 | 2 | undefined;
  /** Comma-separated lists; absent means the default. */
  readonly subprotocols?: string | undefined;
  readonly dialects?: readonly DialectName[] | undefined;
  readonly allowOrigins?: string | undefined;
  readonly allowHosts?: string | undefined;
  readonly trustProxy?: string | undefined;
  readonly handshakeTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly pongTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** In all workers together. */
  readonly maxConnections: number;
  readonly workers: number;
  readonly cert?: IdentityFiles | 'auto' | undefined;
  readonly sslOnly: boolean;
  /** A folder, or 'novnc'. */
  readonly web?: string | undefined;
  readonly record?: string | undefined;
  readonly metrics?: HostPort | undefined;
  readonly pidFile?: string | undefined;
  readonly log: LogSettings;
}

export interface TargetTls {
  /** A file with certificates that are trusted in place of the system's. */
  readonly caFile?: string | undefined;
  readonly verified: boolean;
}

export interface LogSettings {
  readonly to: 'standard-error' | 'syslog' | 'nowhere' | { readonly file: string };
  readonly format: LogFormat;
}

/** "[::1]:6080", "localhost:5900", "/run/x.sock"; "*:6080" for all addresses. */
export function placeText(place: Place): string {
  if ('unixPath' in place) return place.unixPath;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host || '*';
  return `${host}:${place.port}`;
}
