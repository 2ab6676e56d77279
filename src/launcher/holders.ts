import { fstatSync, readdirSync, readFileSync, statSync } from 'node:fs';

/**
 * The processes, but for this one, those of ours and those of their sessions, that still belong to the wrapped tree: those that hold the shared
 * state, as a descriptor or mapped, although they may have left their parent, their session and their environment.
 */
export function holdersOf(stateFd: number, ours: readonly number[] = []): number[] {
  const { dev, ino } = fstatSync(stateFd);
  const holds = (pid: number) => hasDescriptor(pid, stateFd, dev, ino) || hasMapped(pid, ino);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && !ours.includes(pid) && holds(pid))
    .filter((pid) => !ours.includes(sessionOf(pid)));
}

/** proc(5): the sixth field, of which the second may hold blanks and brackets. */
function sessionOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return 0;
  }
}

/** Inherited descriptors keep their number. */
function hasDescriptor(pid: number, fd: number, dev: number, ino: number): boolean {
  try {
    const stat = statSync(`/proc/${pid}/fd/${fd}`);
    return stat.ino === ino && stat.dev === dev;
  } catch {
    return false;
  }
}

function hasMapped(pid: number, ino: number): boolean {
  try {
    return new RegExp(` ${ino} +/memfd:`).test(readFileSync(`/proc/${pid}/maps`, 'latin1'));
  } catch {
    return false;
  }
}
