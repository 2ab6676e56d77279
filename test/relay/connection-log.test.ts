import { expect, test } from 'vitest';
import { ConnectionLog } from '../../src/relay/connection-log.js';
import { lineWriter } from '../../src/relay/log-line.js';

const end = {
  kind: 'ended',
  id: 1,
  closeCode: 0,
  error: 'none',
  cause: 'target',
  bytesIn: 3,
  bytesOut: 4,
  ms: 5,
} as const;

test.for([
  { unrecorded: false, warnings: 0 },
  { unrecorded: true, warnings: 1 },
])('a recording that breaks off ($unrecorded) is told of', ({ unrecorded, warnings }) => {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line), reopen: () => {} };
  const log = new ConnectionLog(lineWriter('wsproxy', 'text'), sink);
  log.closed({ address: '192.0.2.1', port: 80 }, 5901, { ...end, unrecorded });
  expect(
    lines.filter((line) => line.includes('the recording of 192.0.2.1:80 breaks off')),
  ).toHaveLength(warnings);
  expect(lines.at(-1)).toBe(
    'wsproxy: closed 192.0.2.1:80 port=5901 code=1006 seconds=0.005 in=3 out=4 cause=target',
  );
});
