import { readFileSync } from 'node:fs';
import { addon, constants } from '../native/addon.js';

/**
 * Node raises its own limit on open files to the maximum, and children would inherit that: a program that closes all
 * descriptors it might have, or uses select(2), is not made for it. Nobody remembers the former limit, but our parent has
 * it in all likelihood. While `start` runs, it is ours again.
 */
export function withLimitOfParent<T>(start: () => T): T {
  const limit = limitOf(process.ppid);
  // Below the floor there would be no room for what travels with the tree.
  if (limit === undefined || limit <= constants.limits.fdFloor) return start();
  const raised = addon.limitDescriptors(limit);
  try {
    return start();
  } finally {
    addon.limitDescriptors(raised);
  }
}

function limitOf(pid: number): number | undefined {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
