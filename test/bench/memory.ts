import { execFileSync } from 'node:child_process';
import { Load } from './load.js';
import type { Measurement } from './measurement.js';
import type { Service } from './service.js';
import { type Server, type Subject, startSubjects, stopSubjects } from './subjects.js';

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
      try {
        const subject = fresh.find((one) => one.name === name) ?? fresh[0];
        if (subject === undefined) throw new Error(`${name} has not started`);
        const services = new Set(fresh.map(({ service }) => service));
        return { value: (await taken(services, subject, connections)) / connections };
      } finally {
        await stopSubjects(fresh);
      }
    },
  };
}

/** Bytes that the services have more of when there are so many connections. */
async function taken(
  services: ReadonlySet<Service>,
  subject: Subject,
  connections: number,
): Promise<number> {
  const used = () => [...services].reduce((sum, one) => sum + one.memory(), 0);
  const before = used();
  const load = new Load(subject, { mode: 'idle', connections });
  try {
    await load.result();
    return used() - before;
  } finally {
    await load.end();
  }
}
