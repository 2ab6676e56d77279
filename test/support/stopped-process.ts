import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';

function threadStates(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((tid) => {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  });
}

/**
 * Stops the process until it is told to go on, or the test ends; resolves, to what makes it go on, when none of its threads runs
 * any more: kill(2) returns before that.
 */
export async function stopProcess(pid: number): Promise<() => void> {
  process.kill(pid, 'SIGSTOP');
  let stopped = true;
  const goOn = () => {
    if (stopped) process.kill(pid, 'SIGCONT');
    stopped = false;
  };
  onTestFinished(goOn);
  const running = () => threadStates(pid).filter((state) => state !== 'T');
  await expect.poll(running, { interval: 1, timeout: 10_000 }).toEqual([]);
  return goOn;
}
