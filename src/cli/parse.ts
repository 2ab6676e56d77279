import type { Launch, Services } from '../launcher/settings.js';
import { withAlsoTcpSeconds } from './also-tcp.js';
import { badOption, readCommandLine } from './command-line.js';
import { program } from './program.js';
import {
  type HandshakeValues,
  type LogValues,
  type ServiceValues,
  tlsContradiction,
} from './shared-options.js';

/** What the user asks for. */
export type Request =
  | { readonly kind: 'launch'; readonly launch: Launch }
  | { readonly kind: 'check'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'print'; readonly text: string };

interface OptionValues extends HandshakeValues, ServiceValues, LogValues {
  readonly alsoTcp?: number;
  readonly verbose?: true;
  readonly quiet?: true;
  readonly check?: true;
}

/** Reads the words after `wswrap`; throws what is wrong with them. */
export function parse(argv: readonly string[]): Request {
  const line = program();
  const text = readCommandLine(line, withAlsoTcpSeconds(line, argv));
  if (text !== undefined) return { kind: 'print', text };
  return request(line.opts<OptionValues>(), line.processedArgs as [number[], string[]]);
}

function request(values: OptionValues, [ports, words]: [number[], string[]]): Request {
  const [command, ...args] = words[0] === '--' ? words.slice(1) : words;
  if (command === undefined) throw badOption('wswrap', 'COMMAND is missing');
  if (words[0] !== '--' && command.startsWith('-')) {
    throw badOption('wswrap', `${command} stands after PORT: options of wswrap come before it`);
  }
  if (values.verbose && values.quiet) throw badOption('wswrap', '-v and -q contradict each other');
  if (values.check) return { kind: 'check', command, args };
  return {
    kind: 'launch',
    launch: { command, args, logFile: values.logFile, settings: settings(values, ports) },
  };
}

function settings(values: OptionValues, ports: readonly number[]): Launch['settings'] {
  return {
    ports,
    logFormat: values.logFormat,
    logLevel: values.quiet ? 0 : values.verbose ? 2 : 1,
    handshakeTimeoutMs: values.handshakeTimeout,
    dialects: values.dialect,
    subprotocols: values.subprotocol,
    allowOrigins: values.allowOrigin,
    allowHosts: values.allowHost,
    trustProxy: values.trustProxy,
    services: services(values),
  };
}

function services(values: OptionValues): Services {
  const contradiction = tlsContradiction(values);
  if (contradiction !== undefined) throw badOption('wswrap', contradiction);
  if (values.sslOnly && values.alsoTcp !== undefined) {
    throw badOption('wswrap', '--ssl-only and --also-tcp contradict each other');
  }
  return {
    cert: values.cert,
    key: values.key,
    sslOnly: values.sslOnly ?? false,
    web: values.web,
    alsoTcpSeconds: values.alsoTcp,
    record: values.record,
    heartbeatMs: values.heartbeat,
    pongTimeoutMs: values.pongTimeout,
    idleTimeoutMs: values.idleTimeout,
  };
}
