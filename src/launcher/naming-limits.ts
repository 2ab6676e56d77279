import { WswrapError } from '../error.js';
import { constants } from '../native/addon.js';

/** By what fcntl(2) with F_DUPFD, and ftruncate(2), say when they are in the way. */
const limits: Record<string, string> = {
  EINVAL: `too few open files are allowed (ulimit -n): wswrap has descriptors of its own from ${constants.limits.fdFloor} on`,
  EFBIG: 'files may not be as large (ulimit -f) as the memory that wswrap shares with the command',
};

/** Makes what the command inherits. Throws a WswrapError that names the limit (getrlimit(2)) that leaves no room for it. */
export function namingLimits<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const limit = limits[(error as NodeJS.ErrnoException).code ?? ''];
    if (limit === undefined) throw error;
    throw new WswrapError('system', limit, error);
  }
}
