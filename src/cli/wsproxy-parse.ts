import type { HostPort, Place, ProxySettings } from '../proxy/settings.js';
import { badOption, readCommandLine } from './command-line.js';
import { listenAddress, targetAddress } from './option-values.js';
import {
  type HandshakeValues,
  type LogValues,
  type ServiceValues,
  tlsContradiction,
} from './shared-options.js';
import { wsproxyProgram } from './wsproxy-program.js';

/** What the user asks for. */
export type ProxyRequest =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'serve'; readonly settings: ProxySettings; readonly foreground: boolean };

/** What the command line does not say. */
export interface Surroundings {
  /** Whether sockets that listen already are passed to this process. */
  readonly activated: boolean;
  /** Whether somebody watches over this process who wants it in front. */
  readonly supervised: boolean;
}

interface ProxyValues extends HandshakeValues, ServiceValues, LogValues {
  readonly unixListen?: string;
  readonly unixTarget?: string;
  readonly sslTarget?: true;
  readonly sslTargetCa?: string;
  readonly insecureTarget?: true;
  readonly sendProxy?: true;
  readonly sendProxyV2?: true;
  readonly connectTimeout: number;
  readonly maxConnections: number;
  readonly drainTimeout: number;
  readonly foreground?: true;
  readonly pidFile?: string;
  readonly workers: number;
  readonly metrics?: HostPort;
  readonly syslog?: true;
}

/** Reads the words after `wsproxy`; throws what is wrong with them. */
export function parseProxy(argv: readonly string[], surroundings: Surroundings): ProxyRequest {
  const line = wsproxyProgram();
  const text = readCommandLine(line, argv);
  if (text !== undefined) return { kind: 'print', text };
  const values = line.opts<ProxyValues>();
  forbidContradictions(values);
  const foreground = values.foreground === true || surroundings.supervised;
  const places = placesOf(values, line.args, surroundings.activated);
  return { kind: 'serve', settings: { ...settings(values, foreground), ...places }, foreground };
}

function settings(
  values: ProxyValues,
  foreground: boolean,
): Omit<ProxySettings, 'listen' | 'target'> {
  return {
    targetTls: values.sslTarget && {
      caFile: values.sslTargetCa,
      verified: values.insecureTarget !== true,
    },
    proxyProtocol: values.sendProxy ? 1 : values.sendProxyV2 ? 2 : undefined,
    subprotocols: values.subprotocol,
    dialects: values.dialect,
    allowOrigins: values.allowOrigin,
    allowHosts: values.allowHost,
    trustProxy: values.trustProxy,
    handshakeTimeoutMs: values.handshakeTimeout,
    connectTimeoutMs: values.connectTimeout,
    heartbeatMs: values.heartbeat,
    pongTimeoutMs: values.pongTimeout,
    idleTimeoutMs: values.idleTimeout,
    drainTimeoutMs: values.drainTimeout,
    maxConnections: values.maxConnections,
    workers: values.workers,
    cert: certOf(values),
    sslOnly: values.sslOnly === true,
    web: values.web,
    record: values.record,
    metrics: values.metrics,
    pidFile: values.pidFile,
    log: { to: logOf(values, foreground), format: values.logFormat },
  };
}

function certOf({ cert, key }: ProxyValues): ProxySettings['cert'] {
  return cert === undefined || cert === 'auto' ? cert : { cert, key };
}

/** A daemon that wrote to the terminal, or kept a pipe open, would be in somebody's way. */
function logOf({ logFile, syslog }: ProxyValues, foreground: boolean): ProxySettings['log']['to'] {
  if (logFile !== undefined) return { file: logFile };
  if (syslog) return 'syslog';
  return foreground ? 'standard-error' : 'nowhere';
}

/** The words are where to listen and the target, each of which may be said otherwise. */
function placesOf(
  { unixListen, unixTarget }: ProxyValues,
  words: readonly string[],
  activated: boolean,
): Pick<ProxySettings, 'listen' | 'target'> {
  const left = [...words];
  const target: Place =
    unixTarget === undefined ? read('target', targetAddress, left.pop()) : { unixPath: unixTarget };
  const listen: Place[] = unixListen === undefined ? [] : [{ unixPath: unixListen }];
  if (left.length > 0 || (listen.length === 0 && !activated))
    listen.unshift(read('[HOST:]PORT', listenAddress, left.shift()));
  if (left.length > 0) throw wrong(`"${left[0]}" is one word too many`);
  return { listen, target };
}

function read(what: string, parse: (text: string) => HostPort, word: string | undefined): HostPort {
  if (word === undefined) throw wrong(`the ${what} is missing`);
  try {
    return parse(word);
  } catch (error) {
    throw wrong(`the ${what}: ${error instanceof Error ? error.message : error}`);
  }
}

function forbidContradictions(values: ProxyValues): void {
  const { sslTarget, sslTargetCa, insecureTarget } = values;
  const contradiction = tlsContradiction(values);
  if (contradiction !== undefined) throw wrong(contradiction);
  if (!sslTarget && (sslTargetCa !== undefined || insecureTarget))
    throw wrong('--ssl-target-ca and --insecure-target need --ssl-target');
  if (sslTargetCa !== undefined && insecureTarget)
    throw wrong('--ssl-target-ca and --insecure-target contradict each other');
  if (values.sendProxy && values.sendProxyV2)
    throw wrong('--send-proxy and --send-proxy-v2 contradict each other');
  if (values.logFile !== undefined && values.syslog)
    throw wrong('--log-file and --syslog contradict each other');
}

function wrong(message: string): Error {
  return badOption('wsproxy', message);
}
