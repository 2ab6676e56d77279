import { CommanderError } from 'commander';
import { WswrapError } from '../error.js';
import type { Launch } from '../launcher/settings.js';
import type { DialectName } from '../native/tables.js';
import { program } from './program.js';

/** What the user asks for. */
export type Request =
  | { readonly kind: 'launch'; readonly launch: Launch }
  | { readonly kind: 'check'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'print'; readonly text: string };

interface OptionValues {
  readonly subprotocol?: string;
  readonly dialect?: DialectName[];
  readonly allowOrigin?: string;
  readonly allowHost?: string;
  readonly trustProxy?: string;
  readonly handshakeTimeout: number;
  readonly logFile?: string;
  readonly logFormat: 'text' | 'json';
  readonly verbose?: true;
  readonly quiet?: true;
  readonly check?: true;
}

/** Reads the words after `wswrap`; throws what is wrong with them. */
export function parse(argv: readonly string[]): Request {
  let text = '';
  const line = program().configureOutput({
    writeOut: (part) => {
      text += part;
    },
    writeErr: () => {},
  });
  try {
    line.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text };
    throw badOption(error.message.replace(/^error: |\.+$/g, ''));
  }
  return request(line.opts<OptionValues>(), line.processedArgs as [number[], string[]]);
}

function request(values: OptionValues, [ports, words]: [number[], string[]]): Request {
  const [command, ...args] = words[0] === '--' ? words.slice(1) : words;
  if (command === undefined) throw badOption('COMMAND is missing');
  if (words[0] !== '--' && command.startsWith('-')) {
    throw badOption(`${command} stands after PORT: options of wswrap come before it`);
  }
  if (values.verbose && values.quiet) throw badOption('-v and -q contradict each other');
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
  };
}

function badOption(message: string): WswrapError {
  return new WswrapError('bad-option', `${message}. For the options type: wswrap --help`);
}
