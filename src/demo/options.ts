import { Command, InvalidArgumentError, Option } from 'commander';

export interface DemoOptions {
  /** Where the wrapped server listens. */
  readonly port?: number;
  /** Where the page is served. */
  readonly webPort?: number;
  readonly verbose?: boolean;
}

/** Throws a CommanderError on a bad option, and after --help. */
export function parseOptions(argv: readonly string[]): DemoOptions {
  return new Command('npm run demo --')
    .description('Draws something alive with a plain TCP server, and shows it in the browser.')
    .addOption(new Option('--port <number>', 'port of the wrapped server').argParser(portNumber))
    .addOption(new Option('--web-port <number>', 'port of the web page').argParser(portNumber))
    .option('-v, --verbose', 'print what wswrap has to say about each connection')
    .exitOverride()
    .parse(argv, { from: 'user' })
    .opts();
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}
