import { statSync } from 'node:fs';
import { addon } from '../native/addon.js';
import type { Host } from './host.js';
import { obstacle, type Verdict } from './verdict.js';

const SETUID = 0o4000;
const SETGID = 0o2000;
const GROUP_EXECUTE = 0o0010;

/**
 * Whether the program gains privileges when it starts; then the dynamic loader ignores LD_PRELOAD. A bit that changes
 * nothing (root starts what belongs to root) does no harm. Undefined: nothing gained.
 */
export function gainedPrivileges(path: string, host: Host): Verdict | undefined {
  const { mode, uid, gid } = statSync(path);
  if (mode & SETUID && uid !== host.uid) {
    return refused('setuid', `${path} is setuid: it runs as user ${uid}`);
  }
  if (mode & SETGID && mode & GROUP_EXECUTE && gid !== host.gid) {
    return refused('setgid', `${path} is setgid: it runs as group ${gid}`);
  }
  if (host.uid !== 0 && addon.hasCapabilities(path)) {
    return refused('capabilities', `${path} has file capabilities`);
  }
  return undefined;
}

function refused(code: 'setuid' | 'setgid' | 'capabilities', what: string): Verdict {
  return obstacle(
    code,
    `${what}, so the dynamic loader preloads nothing into it`,
    'Start wswrap itself with those rights (sudo wswrap …, or as that user), or wrap a copy of the program without them.',
  );
}
