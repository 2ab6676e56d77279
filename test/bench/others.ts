import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { processorSeconds, TICKS_PER_SECOND } from './service.js';

/** Seconds that all processors have been busy for since the machine was started. */
function busySeconds(): number {
  const [, ...ticks] = (/^cpu .*$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[0] ?? '').split(
    / +/,
  );
  // proc(5): all but idle and iowait, up to steal; what guests have is in user and nice already.
  const busy = [0, 1, 2, 5, 6, 7].map((index) => Number(ticks[index] ?? 0));
  return busy.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

/** From now on: the function tells which part of the machine others, the kernel included, have kept busy since. */
export function watchOthers(): () => number {
  const now = () => ({
    time: performance.now() / 1000,
    all: busySeconds(),
    own: processorSeconds([process.pid]),
  });
  const begin = now();
  return () => {
    const end = now();
    const others = end.all - begin.all - (end.own - begin.own);
    return Math.max(0, others / (end.time - begin.time) / cpus().length);
  };
}
