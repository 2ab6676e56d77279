import { hooks } from './hooks.js';
import { type LoadResult, runLoad } from './load.js';
import type { Measurement, Workload } from './measurement.js';
import { memory } from './memory.js';
import {
  CONNECTIONS,
  connectionsName,
  type Mode,
  roundTripName,
  STREAM_SIZES,
  streamName,
} from './names.js';
import type { Server } from './subjects.js';

const MB = 1e6;
const GB = 1e9;

const server: Server = { command: (port) => ['build/bench-native/bench-server', `${port}`] };

function busy({ seconds = 0, cpu = 0, load_cpu = 0 }: LoadResult) {
  return { server: cpu / seconds, load: load_cpu / seconds };
}

function roundTrip(size: number): Measurement {
  return {
    name: roundTripName(size),
    group: 'Round trip, median',
    unit: 'µs',
    better: 'less',
    async measure(subject, seconds) {
      const { p50 } = await runLoad(subject, { mode: 'rtt', size, seconds });
      return p50 === undefined ? undefined : { value: p50 };
    },
  };
}

function throughput(mode: Mode, size: number, connections: number): Measurement {
  return {
    name: streamName(mode, size, connections),
    group: `${mode[0]?.toUpperCase()}${mode.slice(1)}, ${connectionsName(connections)}`,
    unit: 'MB/s',
    better: 'more',
    async measure(subject, seconds) {
      const result = await runLoad(subject, { mode, size, connections, seconds });
      const { bytes: moved = 0, seconds: took = 0, cpu = 0 } = result;
      if (moved === 0) return undefined;
      return { value: moved / took / MB, cpu: cpu / (moved / GB), busy: busy(result) };
    },
  };
}

function connections(mode: 'connect' | 'connect-close', what: string): Measurement {
  return {
    name: what,
    group: 'Connections',
    unit: '/s',
    better: 'more',
    async measure(subject, seconds) {
      const result = await runLoad(subject, { mode, seconds });
      const { count = 0, seconds: took = 0 } = result;
      if (count === 0) return undefined;
      // Of processes that came and went meanwhile, one for each connection, nobody knows.
      const known = subject.descriptors !== undefined;
      return { value: count / took, ...(known ? { busy: busy(result) } : {}) };
    },
  };
}

export const streams: Workload = {
  server,
  measurements: [
    ...[16, 1024, 16_384].map(roundTrip),
    ...[1, 32].flatMap((count) =>
      (['echo', 'sink', 'source'] as const).flatMap((mode) =>
        STREAM_SIZES.map((size) => throughput(mode, size, count)),
      ),
    ),
    connections('connect', CONNECTIONS),
    connections('connect-close', 'connections, ended by Close frames'),
    ...[100, 1000, 10_000].map((count) => memory(server, count)),
    ...hooks,
  ],
};
