import type { Command, Option } from 'commander';
import { InvalidArgumentError } from 'commander';
import { option } from './command-line.js';

const NAME = '--also-tcp';
/** The kernel's shortest time to wait for a client's first bytes. */
const SHORTEST = 1;
const LONGEST = 60;

export function alsoTcpOption(): Option {
  return option(
    `${NAME} [=sec]`,
    'let clients of the plain protocol in, too: those whose first bytes are no HTTP, and those that are silent for so long (default: 1)',
    (text) => {
      const seconds = /^\d{1,2}$/.test(text) ? Number(text) : 0;
      if (seconds >= SHORTEST && seconds <= LONGEST) return seconds;
      throw new InvalidArgumentError(`it takes whole seconds, from ${SHORTEST} to ${LONGEST}`);
    },
  );
}

/** A value has to follow an equals sign: what stands alone behind the option is PORT. */
export function withAlsoTcpSeconds(command: Command, words: readonly string[]): string[] {
  const end = firstPositional(command, words);
  return words.map((word, at) => (at < end && word === NAME ? `${NAME}=${SHORTEST}` : word));
}

function firstPositional(command: Command, words: readonly string[]): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || !word.startsWith('-')) return at;
    const takesNext = command.options.find(({ long }) => long === word)?.required ?? false;
    if (takesNext) at++;
  }
  return words.length;
}
