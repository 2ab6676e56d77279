import { readFileSync } from 'node:fs';
import { goalTable, groupTables, requestCosts, streamCosts } from './document-tables.js';
import type { Machine } from './machine.js';
import { CONNECTIONS, roundTripName, streamName } from './names.js';
import { FULL, type Results } from './results.js';
import { percent } from './table.js';

/** What the drawing in the document shows. */
export const PLOTTED = [
  roundTripName(1024),
  streamName('echo', 64),
  streamName('echo', 65_536),
  streamName('source', 65_536),
  CONNECTIONS,
  'memory, 1000 connections',
];

/** What was found out about the numbers: text that no run writes. */
const FINDINGS = 'test/bench/findings.md';

const network = ({ ownNetwork }: Machine) =>
  ownNetwork
    ? 'by root in a network namespace of its own'
    : 'in the network namespace of everything else';

/** docs/performance.md. */
export function document(results: Results): string {
  const { machine, rounds, seconds, others } = results;
  return `# Performance

What WebSocket costs with wswrap and wsproxy, beside plain TCP and beside what else one could use. This page is written by
\`npm run bench -- --document\`; \`npm run bench -- --help\` tells how to measure less. The numbers are this machine's and
this run's. What can be compared with another machine are the ratios.

![Some of the measurements as bars, on a logarithmic scale](performance.svg)

## How it was measured

- ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}, Linux ${machine.kernel}, ${machine.libc}, Node ${machine.node}.
  With ${machine.others.join(', ')}.
- The load is a program in C (\`test/bench/load.c\`) on one core; the server, and the proxy before it, are on another. All bytes
  are verified while they are measured, on both sides. What a sink has taken, and when, the server itself says when it is asked.
- The server (\`test/bench/server.c\`) is one thread with epoll that knows nothing of WebSocket. "plain TCP" is this server as it
  is, "wswrap" the same program under \`wswrap\`; the others stand before the plain one. haproxy and socat forward TCP and are
  there as the price of any hop; "splice" is haproxy with \`option splice-auto\`; "a proxy on ws" is \`test/bench/ws-proxy.ts\`,
  some twenty lines with npm's ws.
- Redis, Postgres and Xtigervnc are asked by clients that know nothing of WebSocket either: redis-benchmark, pgbench, and a viewer
  (\`test/bench/rfb.c\`) that wants the whole picture again and again. A bridge in C (\`test/bench/bridge.c\`) makes frames of what
  they say, or with TCP passes it on. Both are on the load's core.
- Loopback, ${machine.congestionControl} as congestion control; ${network(machine)}. Others kept
  ${percent(others)} of the machine busy meanwhile.
- ${rounds} rounds; in each, every subject is measured once for ${seconds} s, one after the other. Shown are the median of the
  rounds, the median of the ratios to plain TCP within a round, and half the distance between the extremes. What was measured
  once has no such distance; what could not be measured is a blank.
- Messages are sent without waiting for answers, except in round trips; a window of 1 MiB is on its way in an echo.
- † The server, with the proxy before it, was busy for less than ${100 * FULL} % of the time: it could do more than the load, or the
  wire between them, lets it. Such a ratio tells less about it than its time of CPU, which is below.

## Goals

${goalTable(results)}

## Results

Each cell: median · ratio to plain TCP, spread.

${groupTables(results)}
### Seconds of CPU for each gigabyte, of server and proxy · how busy they were / how busy the load was

${streamCosts(results)}

### Microseconds of CPU for each request, of server and proxy · how busy they were

${requestCosts(results)}

${readFileSync(FINDINGS, 'utf8')}`;
}
