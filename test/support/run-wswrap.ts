import { execa } from 'execa';
import { wswrap } from './paths.js';

/** Runs wswrap to its end, its output captured. */
export function runWswrap(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [wswrap, ...args], { reject: false, env, stdin: 'ignore' });
}
