import { boundText, judge, measuredText, type Verdict } from './goals.js';
import type { Results, Row } from './results.js';
import { decimals, digits, mark, spreadText } from './table.js';

/** What the drawing in the document shows. */
export const PLOTTED = [
  'round trip, 1 KiB',
  'echo, 64 B, 1 connection',
  'echo, 64 KiB, 1 connection',
  'connections, ended by TCP alone',
  'memory, 1000 connections',
];

const table = (head: readonly string[], body: readonly (readonly string[])[]) =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const unique = (items: readonly string[]) => [...new Set(items)];

/** The part of a measurement's name that tells it from the others of its group. */
function column({ measurement, group }: Row): string {
  const words = new Set(group.toLowerCase().split(', '));
  const own = measurement.split(', ').filter((word) => !words.has(word));
  return own.length > 0 ? own.join(', ') : measurement;
}

function group(rows: readonly Row[]): string {
  const names = unique(rows.map(({ measurement }) => measurement));
  const columns = names.map((name) => {
    const row = rows.find(({ measurement }) => measurement === name);
    return row === undefined ? name : column(row);
  });
  const body = unique(rows.map(({ subject }) => subject)).map((subject) => [
    subject,
    ...names.map((name) => {
      const row = rows.find((one) => one.subject === subject && one.measurement === name);
      return row === undefined ? '' : cell(row);
    }),
  ]);
  return `### ${rows[0]?.group} (${rows[0]?.unit})\n\n${table(['', ...columns], body)}\n`;
}

const cell = (row: Row) =>
  `${digits(row.median)} · ${decimals(row.ofPlain)}${mark(row)} ${spreadText(row)}`.trimEnd();

function cpu(rows: readonly Row[]): string {
  const body = unique(rows.map(({ subject }) => subject)).map((subject) => [
    subject,
    ...['echo', 'sink', 'source'].flatMap((mode) =>
      ['64 B', '64 KiB'].map((size) => {
        const name = `${mode}, ${size}, 1 connection`;
        const row = rows.find((one) => one.subject === subject && one.measurement === name);
        return row?.cpu === undefined ? '' : row.cpu.toFixed(2);
      }),
    ),
  ]);
  const head = ['echo 64 B', '64 KiB', 'sink 64 B', '64 KiB', 'source 64 B', '64 KiB'];
  return `### Seconds of CPU for each gigabyte, of server and proxy\n\n${table(['', ...head], body)}\n`;
}

function goal(verdict: Verdict): string[] {
  const { subject, base, measurement } = verdict;
  return [
    `${subject} beside ${base}: ${measurement}`,
    boundText(verdict),
    measuredText(verdict),
    verdict.reached ? 'yes' : 'no',
  ];
}

/** docs/performance.md. */
export function document(results: Results): string {
  const { machine, rounds, seconds, rows, samples } = results;
  const groups = unique(rows.map((row) => row.group));
  return `# Performance

What WebSocket costs with wswrap and wsproxy, beside plain TCP and beside what else one could use. This page is written by
\`npm run bench -- --document\`; \`npm run bench -- --help\` tells how to measure less. The numbers are this machine's and
this run's. What can be compared with another machine are the ratios.

![Some of the measurements as bars, on a logarithmic scale](performance.svg)

## How it was measured

- ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}, Linux ${machine.kernel}, ${machine.libc}, Node ${machine.node}.
- The load is a program in C (\`test/bench/load.c\`) on one core; the server, and the proxy before it, are on another. All bytes
  are verified while they are measured, on both sides.
- The server (\`test/bench/server.c\`) is one thread with epoll that knows nothing of WebSocket. "plain TCP" is this server as it
  is, "wswrap" the same program under \`wswrap\`; the others stand before the plain one. haproxy and socat forward TCP and are
  there as the price of any hop; "a proxy on ws" is \`test/bench/ws-proxy.ts\`, some twenty lines with npm's ws.
- Loopback, ${machine.congestionControl} as congestion control; by root in a network namespace of its own.
- ${rounds} rounds; in each, every subject is measured once for ${seconds} s, one after the other. Shown are the median of the
  rounds, the median of the ratios to plain TCP within a round, and half the distance between the extremes.
- Messages are sent without waiting for answers, except in round trips; a window of 1 MiB is on its way in an echo.

## Goals

${table(['', 'goal', 'measured', 'reached'], judge(samples).map(goal))}

## Results

Each cell: median · ratio to plain TCP, spread.

${groups.map((name) => group(rows.filter((row) => row.group === name))).join('\n')}
${cpu(rows)}
## What it is made of

A read of a wrapped connection is two system calls: one asks the kernel whether the descriptor still is that socket
(\`SO_COOKIE\`), one reads. A write likewise. The question is the price of safety: a number that was closed out of the library's
sight may stand for something else by now, and nothing that a read or write itself answers tells so. It takes about a tenth of
what the smallest read and write together take. Payload is not copied: it is unmasked where the kernel has put it, and sent from
where the program has it.

An accepted connection costs, besides what it costs anyway: the question for its identity, a look at the request, its removal
from the kernel's buffer, the answer, and a line of the log at its beginning and end.
`;
}
