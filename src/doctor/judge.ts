import { basename } from 'node:path';
import { messageOf, WswrapError } from '../error.js';
import { readEnvCall } from './env-command.js';
import { readingFile } from './file-reader.js';
import type { Host } from './host.js';
import { judgeElf } from './judge-elf.js';
import { resolveCommand } from './resolve-command.js';
import { readShebang, SHEBANG_BYTES } from './shebang.js';
import { obstacle, type Verdict, wrappable } from './verdict.js';

/** The kernel follows so many interpreters that are scripts themselves. */
const NESTED_MAX = 5;

const cleaners = new Set(['sudo', 'doas', 'pkexec']);

/** Whether the program at `path`, started with these arguments, can be wrapped, and why (not). */
export function judge(path: string, args: readonly string[], host: Host, depth = 0): Verdict {
  const head = headOf(path);
  if (head === undefined) return unreadable(path);
  if (head.toString('latin1', 0, 4) === '\x7fELF') return judgeProgram(path, args, host, depth);
  if (depth >= NESTED_MAX) {
    return obstacle(
      'nested-too-deep',
      `${path} is a script of a script, ${depth} deep`,
      'Start the last one.',
    );
  }
  const shebang = readShebang(head);
  if (shebang) {
    const given = shebang.argument === undefined ? [] : [shebang.argument];
    return judgeScript(path, shebang.interpreter, [...given, path, ...args], host, depth);
  }
  if (head.subarray(0, head.indexOf('\n') + 1 || head.length).includes(0)) {
    return obstacle(
      'unknown-format',
      `${path} is neither a program nor a script`,
      'Name the program that runs it.',
    );
  }
  // execvp(3) hands to the shell what the kernel does not know.
  return judgeScript(path, '/bin/sh', [path, ...args], host, depth);
}

function headOf(path: string): Buffer | undefined {
  try {
    return readingFile(path, (file) => file.head(SHEBANG_BYTES));
  } catch {
    return undefined;
  }
}

/** May be executed but not read: nothing is known of it, and the loader works as ever. */
function unreadable(path: string): Verdict {
  return wrappable(`${path} cannot be read, so it was not looked into`);
}

function judgeProgram(path: string, args: readonly string[], host: Host, depth: number): Verdict {
  const verdict = judgeElf(path, host);
  if (cleaners.has(basename(path))) return clears(path, basename(path));
  if (!verdict.wrappable || basename(path) !== 'env') return verdict;
  const call = readEnvCall(args);
  if (call.clears) return clears(path, 'env');
  if (call.command === undefined || depth > NESTED_MAX) return verdict;
  return follow(path, call.command, 'starts', [], host, depth);
}

function judgeScript(
  path: string,
  interpreter: string,
  args: readonly string[],
  host: Host,
  depth: number,
): Verdict {
  // The kernel does not search PATH.
  const file = interpreter.includes('/') ? interpreter : `./${interpreter}`;
  return follow(path, file, 'is a script of', args, host, depth);
}

/** The verdict on what `path` hands itself over to. */
function follow(
  path: string,
  command: string,
  how: string,
  args: readonly string[],
  host: Host,
  depth: number,
): Verdict {
  let next: string;
  try {
    next = resolveCommand(command, host.searchPath);
  } catch (error) {
    if (!(error instanceof WswrapError)) throw error;
    return obstacle(
      'interpreter',
      `${path} ${how} ${command}: ${messageOf(error)}`,
      'Install it, or correct the name.',
    );
  }
  const verdict = judge(next, args, host, depth + 1);
  if (!verdict.wrappable)
    return { ...verdict, reason: `${path} ${how} ${next}, and ${verdict.reason}` };
  return wrappable(`${path} ${how} ${next}`, ...verdict.notes);
}

function clears(path: string, name: string): Verdict {
  return obstacle(
    'clears-environment',
    `${path} takes LD_PRELOAD out of the environment, and with it wswrap`,
    `Put wswrap behind it: ${name} … wswrap PORT COMMAND.`,
  );
}
