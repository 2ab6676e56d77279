import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The server and what stands before it on one core, the load on another. */
export type Side = 'server' | 'load';
const CORES: Record<Side, string> = { server: '0', load: '1' };

export function pinned(
  side: Side,
  command: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const pin = availableParallelism() > 1 ? ['taskset', '--cpu-list', CORES[side]] : [];
  const [program = '', ...args] = [...pin, ...command];
  return spawn(program, args, options);
}

/** By itself or by a signal. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/** To be asked for before it can have ended: the event comes once. */
export const untilGone = (child: ChildProcess) =>
  new Promise<void>((resolve) => child.once('exit', () => resolve()));
