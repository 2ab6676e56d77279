import { closeSync, fstatSync, openSync } from 'node:fs';
import { messageOf, WswrapError } from '../error.js';
import { addon } from '../native/addon.js';
import { LogCopier } from './log-copier.js';

/** Where the library's lines go. */
export interface LogChannel {
  /** For the library; inherited over exec. */
  readonly fd: number;
  /** To be called when the command is started: the launcher's own hold on `fd` is given up. */
  handedOver(): void;
  /** Passes on what has come so far; after it nothing is passed on any more. */
  finish(): void;
}

const STANDARD_ERROR = 2;

/**
 * A file or terminal is given to the library itself, so that lines go on coming after the launcher has ended. A pipe or
 * socket is not: a daemon that held it would keep its reader (`$(wswrap … 2>&1)`, a pager) waiting for ever. There the
 * launcher copies, and the lines end with it.
 */
export function openLogChannel(logFile: string | undefined): LogChannel {
  if (logFile !== undefined) return direct(openLogFile(logFile));
  return isPipeOrSocket(STANDARD_ERROR) ? copied() : direct(addon.duplicateHigh(STANDARD_ERROR));
}

function openLogFile(path: string): number {
  try {
    const low = openSync(path, 'a', 0o640);
    const high = addon.duplicateHigh(low);
    closeSync(low);
    return high;
  } catch (error) {
    throw new WswrapError(
      'bad-option',
      `--log-file ${path} cannot be opened: ${messageOf(error)}`,
      error,
    );
  }
}

function isPipeOrSocket(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

function direct(fd: number): LogChannel {
  return { fd, handedOver: () => closeSync(fd), finish: () => {} };
}

function copied(): LogChannel {
  const [ours, theirs] = addon.logSocketPair();
  const copier = new LogCopier(ours, process.stderr);
  return { fd: theirs, handedOver: () => closeSync(theirs), finish: () => copier.finish() };
}
