import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What `look` finds out about each process; undefined is left out, and so is who ends while it looks. */
export function lookAtProcesses<Found>(look: (pid: number) => Found | undefined): Found[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const found = look(Number(pid));
      return found === undefined ? [] : [found];
    } catch {
      return [];
    }
  });
}

function parents(): Map<number, number> {
  const found = lookAtProcesses<[number, number]>((pid) => {
    const [state, parent] =
      readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? undefined : [pid, Number(parent)];
  });
  return new Map(found);
}

/** The process and all that it has started, whatever sessions they have made for themselves. */
export function processTree(root: number): number[] {
  const tree = [root];
  const all = parents();
  for (let i = 0; i < tree.length; i++)
    for (const [pid, parent] of all) if (parent === tree[i]) tree.push(pid);
  return tree.filter((pid) => all.has(pid));
}

/** The sockets that these processes have, by the kernel's numbers. */
export function socketsOf(pids: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const pid of pids) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
        if (inode !== undefined) found.add(Number(inode));
      }
    } catch {
      // The process has ended, or has closed a descriptor, meanwhile.
    }
  }
  return found;
}

export function isAlive(pid: number): boolean {
  return parents().has(pid);
}
