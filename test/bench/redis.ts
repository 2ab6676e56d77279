import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { freePort } from '../support/free-port.js';
import type { Measurement, Workload } from './measurement.js';
import { pinned } from './pinned.js';
import { answers } from './service.js';
import { installed, type Subject } from './subjects.js';

const CLIENTS = 50;
const PIPELINED = 16;
// So that a measurement takes as long as is asked for, about.
const REQUESTS_PER_SECOND = 400_000;

/** Runs a native client through the bridge, which is the same for plain TCP; resolves to what it prints. */
async function throughBridge(
  subject: Subject,
  client: (port: number) => string[],
): Promise<string> {
  const port = await freePort();
  const command = ['build/bench-native/bench-bridge', `${port}`, `${subject.service.port}`];
  const bridge = pinned('load', [...command, subject.dialect], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    while (bridge.exitCode === null && !(await answers(port)));
    const run = pinned('load', client(port), { stdio: ['ignore', 'pipe', 'inherit'] });
    return await text(run.stdout as Readable);
  } finally {
    bridge.kill('SIGKILL');
  }
}

function requests(command: 'GET' | 'SET'): Measurement {
  return {
    name: `redis ${command}, ${PIPELINED} at a time`,
    group: `redis-benchmark, ${PIPELINED} requests at a time through a bridge`,
    unit: '/s',
    better: 'more',
    suits: ({ dialect }) => dialect === 'tcp' || dialect === 'rfc6455',
    async measure(subject, seconds) {
      const count = Math.round(REQUESTS_PER_SECOND * seconds);
      const output = await throughBridge(subject, (port) => [
        ...['redis-benchmark', '-h', '127.0.0.1', '-p', `${port}`, '-t', command.toLowerCase()],
        ...['-P', `${PIPELINED}`, '-c', `${CLIENTS}`, '-n', `${count}`, '--csv'],
      ]);
      const found = /^"(?:GET|SET)","([\d.]+)"/m.exec(output)?.[1];
      return found === undefined ? undefined : { value: Number(found) };
    },
  };
}

export const redis: Workload = {
  available: () => installed('redis-server') && installed('redis-benchmark'),
  server: (port) => [
    ...(['redis-server', '--port', `${port}`, '--bind', '127.0.0.1'] as const),
    ...['--save', '', '--appendonly', 'no'],
  ],
  measurements: [requests('GET'), requests('SET')],
};
