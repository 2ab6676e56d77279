import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { wswrap } from '../support/paths.js';

/** A small command for the tests of the launcher: words for COMMAND and its arguments. */
export function child(name: string, ...args: readonly (string | number)[]): string[] {
  const path = fileURLToPath(new URL(`./children/${name}.mjs`, import.meta.url));
  return [process.execPath, path, ...args.map(String)];
}

/** Starts wswrap without waiting for its end. */
export function start<const T extends Options>(args: readonly string[], options: T) {
  return execa(process.execPath, [wswrap, ...args], { reject: false, ...options });
}

/**
 * The same in a terminal of its own, whose keyboard is stdin and whose screen is stdout. A key that sends a signal makes
 * a terminal throw away what has been written and not yet read, unless told otherwise (termios(3), NOFLSH).
 */
export function startInTerminal(args: readonly string[]) {
  const words = [process.execPath, wswrap, ...args];
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return execa(
    'script',
    ['--quiet', '--return', '--command', `stty noflsh; exec ${quoted}`, '/dev/null'],
    {
      reject: false,
      all: true,
      stdin: 'pipe',
    },
  );
}

/** Resolves with all that the stream has brought when the text is in it; rejects when it ends before. */
export async function until(stream: Readable, text: string): Promise<string> {
  let seen = '';
  for await (const [chunk] of on(stream, 'data', { close: ['end'] })) {
    seen += String(chunk);
    if (seen.includes(text)) return seen;
  }
  throw new Error(`${JSON.stringify(text)} did not come, but ${JSON.stringify(seen)}`);
}
