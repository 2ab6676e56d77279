import { thisHost } from './host.js';
import { judge } from './judge.js';
import { resolveCommand } from './resolve-command.js';
import type { Verdict } from './verdict.js';

export interface Diagnosis {
  /** The file that is executed. */
  readonly path: string;
  readonly verdict: Verdict;
}

/** What is this command, and can it be wrapped? Throws when there is no such command. */
export function diagnose(command: string, args: readonly string[]): Diagnosis {
  const host = thisHost();
  const path = resolveCommand(command, host.searchPath);
  return { path, verdict: judge(path, args, host) };
}
