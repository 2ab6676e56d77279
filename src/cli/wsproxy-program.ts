import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { constants } from '../native/addon.js';
import { option } from './command-line.js';
import * as values from './option-values.js';
import {
  addHandshakeOptions,
  addLogOptions,
  addServiceOptions,
  time,
  timeOrNever,
} from './shared-options.js';

/** With the time that a Close may take it is less than the 10 s after which container engines kill. */
const DRAIN_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16_384;
const MOST_CONNECTIONS = 1_000_000;
const MOST_WORKERS = 256;

/** The command line, as a table. Prints nothing and ends nothing by itself. */
export function wsproxyProgram(): Command {
  const command = new Command('wsproxy')
    .usage(
      '[options] [HOST:]PORT TARGET_HOST:PORT\n       wsproxy [options] [HOST:]PORT --unix-target PATH',
    )
    .description('Listens for WebSocket clients, and brings each to a TCP server.');
  addTargetOptions(command);
  addHandshakeOptions(command);
  addServiceOptions(command);
  addLimits(command);
  addProcessOptions(command);
  return command
    .version(constants.version, '--version', 'show the version')
    .helpOption('--help', 'show this')
    .argument('[address...]')
    .configureHelp({ visibleArguments: () => [] })
    .exitOverride();
}

function addTargetOptions(command: Command): void {
  command
    .addOption(option('--unix-listen <path>', 'listen on a Unix socket, too', values.socketPath))
    .addOption(
      option('--unix-target <path>', 'the server listens on a Unix socket', values.socketPath),
    )
    .option('--ssl-target', 'speak TLS to the server, and check its certificate')
    .addOption(
      option('--ssl-target-ca <file>', "trust these, not the system's certificates", values.file),
    )
    .option('--insecure-target', "do not check the server's certificate")
    .option('--send-proxy', 'tell the server of the client in the PROXY protocol, version 1')
    .option('--send-proxy-v2', 'the same, version 2');
}

function addLimits(command: Command): void {
  command
    .addOption(
      time(
        '--connect-timeout <sec>',
        'how long the server may take',
        constants.limits.connectTimeoutMs,
      ),
    )
    .addOption(
      option(
        '--max-connections <n>',
        'at the same time; more get 503',
        values.count(MOST_CONNECTIONS),
      ).default(MAX_CONNECTIONS),
    )
    .addOption(
      timeOrNever(
        '--drain-timeout <sec>',
        'after SIGTERM, how long connections may go on',
        DRAIN_TIMEOUT_MS,
      ),
    );
}

function addProcessOptions(command: Command): void {
  command
    .option('-f, --foreground', 'do not become a daemon')
    .addOption(option('--pid-file <file>', 'gets the number of the process', values.file))
    .addOption(
      option('--workers <n>', "processes that serve; 'auto': one for each processor", (text) =>
        text === 'auto' ? availableParallelism() : values.count(MOST_WORKERS)(text),
      ).default(1),
    )
    .addOption(
      option(
        '--metrics <address>',
        '[HOST:]PORT of /metrics for Prometheus, and /healthz',
        values.listenAddress,
      ),
    );
  addLogOptions(command, 'standard error; a daemon: none').option(
    '--syslog',
    "log to the system's logger",
  );
}
