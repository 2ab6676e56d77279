import { constants as os } from 'node:os';
import { addon } from '../native/addon.js';

/** How the command has ended. */
export type Ending = { readonly exitCode: number } | { readonly signal: NodeJS.Signals };

/**
 * The exit code to end with as the command did. When a signal has ended it, the same signal is raised here, and ends this
 * process too; the code, as shells write it, is for the case that it does not.
 */
export function endLike(ending: Ending): number {
  if ('exitCode' in ending) return ending.exitCode;
  const number = os.signals[ending.signal];
  addon.raiseByDefault(number);
  return 128 + number;
}
