import { type Command, CommanderError, Option } from 'commander';
import { WswrapError } from '../error.js';

export function option(
  flags: string,
  description: string,
  parse: (text: string) => unknown,
): Option {
  return new Option(flags, description).argParser(parse);
}

/**
 * Has commander read the words after the command's name. Returns what is to be printed instead of anything else, as
 * for --help; undefined when values are there to be taken from `line`. Throws what is wrong with the words.
 */
export function readCommandLine(line: Command, argv: readonly string[]): string | undefined {
  let text = '';
  line.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    writeErr: () => {},
  });
  try {
    line.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    throw badOption(line.name(), error.message.replace(/^error: |\.+$/g, ''));
  }
  return undefined;
}

export function badOption(command: string, message: string): WswrapError {
  return new WswrapError('bad-option', `${message}. For the options type: ${command} --help`);
}
