import { readFileSync, statSync } from 'node:fs';
import { lookAtProcesses } from '../support/process-tree.js';

/** The descriptor under which a keeper has the shared state: native/keeper/keeper.c. */
const STATE = 4;

/** The keeper of the tree to which the process belongs. */
export function keeperOf(pid: number): number {
  const found = lookAtProcesses((keeper) => (keeps(keeper, pid) ? keeper : undefined));
  if (found.length !== 1) throw new Error(`${found.length} keepers of ${pid}`);
  return Number(found[0]);
}

function keeps(keeper: number, pid: number): boolean {
  const [name = '', number] = readFileSync(`/proc/${keeper}/cmdline`, 'latin1').split('\0');
  if (!name.endsWith('/wswrap-keeper')) return false;
  const [ours, theirs] = [`/proc/${keeper}/fd/${STATE}`, `/proc/${pid}/fd/${number}`];
  return statSync(ours).ino === statSync(theirs).ino;
}
