import { execa } from 'execa';
import { messageOf, WswrapError } from '../error.js';
import type { Ending } from './ending.js';

/** A command that has been started. */
export interface Running {
  /** False when it has ended already. */
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ending>;
}

/**
 * Starts the command with the launcher's own standard streams, terminal and process group. Descriptors that are not
 * closed on exec are inherited, whatever their number.
 */
export function spawn(
  path: string,
  argv: readonly [string, ...string[]],
  env: Record<string, string>,
): Running {
  const [argv0, ...args] = argv;
  const child = execa(path, args, {
    argv0,
    env,
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
    // It may go on when we end, and it alone decides what a signal does to it.
    cleanup: false,
    forceKillAfterDelay: false,
  });
  return { kill: (signal) => void child.kill(signal), ended: endingOf(argv0, child) };
}

/** What execa resolves to, as far as it matters here. */
interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

async function endingOf(command: string, child: Promise<Outcome>): Promise<Ending> {
  const result = await child;
  if (result.exitCode !== undefined) return { exitCode: result.exitCode };
  if (result.signal !== undefined) return { signal: result.signal };
  throw notStarted(command, result.code, result.cause ?? result);
}

function notStarted(command: string, code: string | undefined, cause: unknown): WswrapError {
  const message = `${command} could not be started: ${messageOf(cause)}`;
  if (code === 'ENOENT') return new WswrapError('not-found', message, cause);
  if (code === 'EACCES') return new WswrapError('not-executable', message, cause);
  return new WswrapError('system', message, cause);
}
