import { bridged, numberIn, throughBridge } from './bridge.js';
import type { Measurement, Workload } from './measurement.js';
import { installed } from './subjects.js';

const CLIENTS = 50;
const PIPELINED = 16;
// So that a measurement takes as long as is asked for, about.
const REQUESTS_PER_SECOND = 400_000;

function requests(command: 'GET' | 'SET'): Measurement {
  return {
    name: `redis ${command}, ${PIPELINED} at a time`,
    group: `redis-benchmark, ${PIPELINED} requests at a time through a bridge`,
    unit: '/s',
    better: 'more',
    suits: bridged,
    measure(subject, seconds) {
      const count = Math.round(REQUESTS_PER_SECOND * seconds);
      return throughBridge(subject, {
        command: (port) => [
          ...['redis-benchmark', '-h', '127.0.0.1', '-p', `${port}`, '-t', command.toLowerCase()],
          ...['-P', `${PIPELINED}`, '-c', `${CLIENTS}`, '--csv'],
          ...['-n', `${count}`],
        ],
        found: (output) => ({ value: numberIn(output, /^"(?:GET|SET)","([\d.]+)"/m), count }),
      });
    },
  };
}

export const redis: Workload = {
  available: () => installed('redis-server') && installed('redis-benchmark'),
  server: {
    command: (port) => [
      ...['redis-server', '--port', `${port}`, '--bind', '127.0.0.1'],
      ...['--save', '', '--appendonly', 'no'],
    ],
  },
  measurements: [requests('GET'), requests('SET')],
};
