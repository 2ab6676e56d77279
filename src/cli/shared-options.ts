import { type Command, Option } from 'commander';
import { constants } from '../native/addon.js';
import type { DialectName } from '../native/tables.js';
import { option } from './command-line.js';
import * as values from './option-values.js';

/* What wswrap and wsproxy are both told, in the same words. */

/** Who is let in, and how. Absent means the default; times are in milliseconds. */
export interface HandshakeValues {
  readonly subprotocol?: string;
  readonly dialect?: DialectName[];
  readonly allowOrigin?: string;
  readonly allowHost?: string;
  readonly trustProxy?: string;
  readonly handshakeTimeout: number;
}

export function addHandshakeOptions(command: Command): Command {
  return command
    .addOption(
      option(
        '--subprotocol <list>',
        'names accepted, best first (default: binary, base64, then the first offered)',
        values.subprotocols,
      ),
    )
    .addOption(
      option(
        '--dialect <list>',
        `of ${constants.dialects.join(',')} (default: all)`,
        values.dialects,
      ),
    )
    .addOption(
      option(
        '--allow-origin <list>',
        "origins let in besides the server's own; '*' for all",
        values.list,
      ),
    )
    .addOption(
      option(
        '--allow-host <list>',
        'Host names let in besides loopback ones, on a loopback listener',
        values.list,
      ),
    )
    .addOption(
      option(
        '--trust-proxy <list>',
        'networks (CIDR) of proxies whose Forwarded or X-Forwarded-For names the client',
        values.networks,
      ),
    )
    .addOption(
      time(
        '--handshake-timeout <sec>',
        'how long a client may take',
        constants.limits.handshakeTimeoutMs,
      ),
    );
}

/** What a port offers besides plain WebSocket. */
export interface ServiceValues {
  /** A file's absolute path, or 'auto'. */
  readonly cert?: string;
  readonly key?: string;
  readonly sslOnly?: true;
  /** A folder's absolute path, or 'novnc'. */
  readonly web?: string;
  readonly record?: string;
  /** Milliseconds; 0 means never. */
  readonly heartbeat: number;
  readonly pongTimeout: number;
  readonly idleTimeout: number;
}

/** What the options for TLS lack; undefined when they go together. */
export function tlsContradiction({ cert, key, sslOnly }: ServiceValues): string | undefined {
  if (key !== undefined && (cert === undefined || cert === 'auto'))
    return '--key needs --cert FILE, the certificate that belongs to it';
  return sslOnly && cert === undefined ? '--ssl-only needs --cert' : undefined;
}

/** Less than the minute of silence after which many routers and proxies forget a connection. */
const HEARTBEAT_MS = 30_000;
/** A computer may be busy or asleep for so long and still be there. */
const PONG_TIMEOUT_MS = 60_000;

export function addServiceOptions(command: Command): Command {
  return command
    .addOption(
      option(
        '--cert <file>',
        "PEM certificate with its chain, for wss://; 'auto': made up, for trying things out",
        values.fileOr('auto'),
      ),
    )
    .addOption(option('--key <file>', 'PEM key, when it is not in the file of --cert', values.file))
    .option('--ssl-only', 'refuse what comes in the clear')
    .addOption(
      option(
        '--web <dir>',
        "answer plain HTTP requests with the files of a folder; 'novnc': a page with noVNC",
        values.fileOr('novnc'),
      ),
    )
    .addOption(
      option(
        '--record <file>',
        'write what each connection carries to <file>.1, .2 and so on',
        values.file,
      ),
    )
    .addOption(
      timeOrNever(
        '--heartbeat <sec>',
        'ping a client after so long a silence; 0: never',
        HEARTBEAT_MS,
      ),
    )
    .addOption(
      time(
        '--pong-timeout <sec>',
        'give a client up that says nothing for so long after a ping',
        PONG_TIMEOUT_MS,
      ),
    )
    .addOption(
      timeOrNever(
        '--idle-timeout <sec>',
        'end a connection that carries no payload for so long; 0: never',
        0,
      ),
    );
}

export interface LogValues {
  /** A file's absolute path. */
  readonly logFile?: string;
  readonly logFormat: 'text' | 'json';
}

export function addLogOptions(command: Command, whereElse: string): Command {
  return command
    .addOption(
      option('--log-file <file>', `connection lines go there (default: ${whereElse})`, values.file),
    )
    .addOption(
      new Option('--log-format <format>', 'form of the lines')
        .choices(['text', 'json'])
        .default('text'),
    );
}

/** An option that takes seconds; its value is milliseconds. */
export function time(flags: string, description: string, defaultMs: number): Option {
  return withDefault(option(flags, description, values.seconds), defaultMs);
}

/** The same, where 0 means never. */
export function timeOrNever(flags: string, description: string, defaultMs: number): Option {
  return withDefault(option(flags, description, values.secondsOrNever), defaultMs);
}

function withDefault(timed: Option, defaultMs: number): Option {
  return timed.default(defaultMs, defaultMs === 0 ? 'never' : String(defaultMs / 1000));
}
