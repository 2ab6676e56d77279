/** What env(1) would do when called with these arguments. */
export interface EnvCall {
  /** The command that it starts; undefined when it starts none. */
  readonly command: string | undefined;
  /** It takes LD_PRELOAD away. */
  readonly clears: boolean;
}

/** Options that are followed by a word of their own. */
const withValue = new Set(['-u', '--unset', '-C', '--chdir']);

/** Reads the arguments of env(1); `-S` in one word, as in a script's first line, is split. */
export function readEnvCall(words: readonly string[]): EnvCall {
  const rest = [...words];
  let clears = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (/^(-S|-vS|--split-string=?)/.test(word)) {
      rest.unshift(...split(word.replace(/^(-S|-vS|--split-string=?)/, '')));
    } else if (word === '-i' || word === '-' || word === '--ignore-environment') {
      clears = true;
    } else if (withValue.has(word)) {
      clears ||= rest.shift() === 'LD_PRELOAD' && /u/.test(word);
    } else if (/^(-u|--unset=)LD_PRELOAD$/.test(word) || /^LD_PRELOAD=/.test(word)) {
      clears = true;
    } else if (!word.startsWith('-') && !word.includes('=')) {
      return { command: word, clears };
    }
  }
  return { command: undefined, clears };
}

function split(text: string): string[] {
  return text.split(/[ \t]+/).filter((word) => word !== '');
}
