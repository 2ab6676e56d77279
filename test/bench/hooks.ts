import { execFileSync } from 'node:child_process';
import { freePort } from '../support/free-port.js';
import type { Measurement } from './measurement.js';
import { PLAIN } from './subjects.js';

const BENCH = 'build/bench-native/bench-hook-cost';

/** What a call costs on a descriptor that is no connection. */
function hook(call: string, what: string): Measurement {
  return {
    name: `hooked ${what}`,
    group: 'A call on a descriptor that is no connection',
    unit: 'ns',
    better: 'less',
    // It takes the best of many by itself.
    rounds: 1,
    suits: ({ name }) => name === PLAIN || name === 'wswrap',
    async measure({ name }) {
      const wrap = ['node', 'bin/wswrap.js', '--log-file', '/dev/null', `${await freePort()}`];
      const [command = '', ...args] = name === PLAIN ? [BENCH] : [...wrap, BENCH];
      // It never listens, of which wswrap has a word to say.
      const output = execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
      const found = new RegExp(`^${call} ([\\d.]+)$`, 'm').exec(output)?.[1];
      return found === undefined ? undefined : { value: Number(found) };
    },
  };
}

export const hooks = [
  hook('read-null', 'read'),
  hook('write-null', 'write'),
  hook('poll-pipe', 'poll'),
];
