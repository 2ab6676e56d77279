import { constants, type RefusalEntry } from './addon.js';
import type { RefusalToken } from './tables.js';

/** What the table of refusals says of one of them. */
export function refusalEntry(token: RefusalToken): RefusalEntry {
  const entry = constants.refusals.find((one) => one.token === token);
  if (entry === undefined) throw new Error(`${token} is not in the table of refusals`);
  return entry;
}
