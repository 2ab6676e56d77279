import { execFileSync } from 'node:child_process';
import { Load } from './load.js';
import type { Measurement } from './measurement.js';
import { type Server, startSubjects, stopSubjects } from './subjects.js';

// A process for each connection: more of them than this is no fair question.
const PROCESSES_MOST = 100;
// What a process has open besides its connections.
const DESCRIPTORS_BESIDE = 100;

function descriptorLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** What an idle connection takes of user memory, in all processes from the server to the wire. */
export function memory(server: Server, connections: number): Measurement {
  return {
    name: `memory, ${connections} connections`,
    group: 'Memory for each idle connection',
    unit: 'bytes',
    better: 'less',
    rounds: 1,
    suits: ({ descriptors }) =>
      descriptors === undefined
        ? connections <= PROCESSES_MOST
        : connections * descriptors + DESCRIPTORS_BESIDE <= descriptorLimit(),
    async measure({ name }) {
      // Processes that have worked before have memory to spare.
      const fresh = await startSubjects(server, (other) => other === name);
      const subject = fresh.find((one) => one.name === name) ?? fresh[0];
      if (subject === undefined) throw new Error(`${name} has not started`);
      const used = () =>
        [...new Set(fresh.map(({ service }) => service))].reduce(
          (sum, one) => sum + one.memory(),
          0,
        );
      const before = used();
      const load = new Load(subject, { mode: 'idle', connections });
      await load.result();
      const value = (used() - before) / connections;
      await load.end();
      await stopSubjects(fresh);
      return { value };
    },
  };
}
