/** What measurements are called: everywhere the same, as goals are found by it. */

const KIB = 1024;

export type Mode = 'echo' | 'sink' | 'source';

export const bytes = (size: number) => (size < KIB ? `${size} B` : `${size / KIB} KiB`);

export const connectionsName = (count: number) =>
  count === 1 ? '1 connection' : `${count} connections`;

export const streamName = (mode: Mode, size: number, connections = 1) =>
  `${mode}, ${bytes(size)}, ${connectionsName(connections)}`;

export const roundTripName = (size: number) => `round trip, ${bytes(size)}`;

export const CONNECTIONS = 'connections, ended by TCP alone';

export const STREAM_SIZES = [64, KIB, 16 * KIB, 64 * KIB];
