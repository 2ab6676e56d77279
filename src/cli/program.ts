import { Command, Option } from 'commander';
import { constants } from '../native/addon.js';
import * as values from './option-values.js';

const defaultTimeout = constants.limits.handshakeTimeoutMs;

/** The command line, as a table. Prints nothing and ends nothing by itself. */
export function program(): Command {
  return new Command('wswrap')
    .usage('[options] PORT[,PORT…] [--] COMMAND [ARG…]')
    .description('Runs COMMAND so that what it listens on at PORT speaks WebSocket.')
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
      option('--handshake-timeout <sec>', 'how long a client may take', values.seconds).default(
        defaultTimeout,
        String(defaultTimeout / 1000),
      ),
    )
    .option('--log-file <file>', 'connection lines go there (default: standard error)')
    .addOption(
      new Option('--log-format <format>', 'form of the lines')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('-v, --verbose', 'also log why connections are passed by')
    .option('-q, --quiet', 'no connection lines')
    .option('--check', 'only say whether COMMAND can be wrapped, and why')
    .version(constants.version, '--version', 'show the version')
    .helpOption('--help', 'show this')
    .argument('<PORT>', 'the ports to wrap', values.ports)
    .argument('<COMMAND...>', 'the server and its arguments')
    .configureHelp({ visibleArguments: () => [] })
    .enablePositionalOptions()
    .passThroughOptions()
    .exitOverride();
}

function option(flags: string, description: string, parse: (text: string) => unknown): Option {
  return new Option(flags, description).argParser(parse);
}
