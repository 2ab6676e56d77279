import { Command, InvalidArgumentError, Option } from 'commander';
import { constants } from '../native/addon.js';

export const DEFAULT_HOST = '127.0.0.1';

/** What commander makes of the words. */
export interface ReplayValues {
  readonly info?: true;
  readonly to2010?: true;
  readonly toBinary?: true;
  readonly output?: string;
  readonly host: string;
  readonly port: number;
}

/** The command line, as a table. Prints nothing and ends nothing by itself. */
export function replayProgram(): Command {
  return new Command('wsreplay')
    .usage('[options] FILE.N')
    .description('Plays a recording of wswrap --record or wsproxy --record in the browser.')
    .addOption(new Option('--port <number>', 'of the page').argParser(port).default(0, 'any'))
    .option('--host <address>', 'that the page is served on', DEFAULT_HOST)
    .addOption(
      new Option('--info', 'print peer, duration, bytes and rate; serve nothing').conflicts([
        'to2010',
        'toBinary',
      ]),
    )
    .addOption(
      new Option('--to-2010', 'convert to base64, the format of 2010').conflicts('toBinary'),
    )
    .option('--to-binary', "convert to today's format")
    .option('-o, --output <file>', 'where a converted recording goes (default: standard output)')
    .version(constants.version, '--version', 'show the version')
    .helpOption('--help', 'show this')
    .argument('<FILE.N>', 'the recording')
    .configureHelp({ visibleArguments: () => [] })
    .exitOverride();
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535, or 0 for any.');
  return value;
}
