import { describe, expect, test } from 'vitest';
import { describeMissing, missingPorts } from '../../src/launcher/missing-ports.js';
import type { Listener } from '../../src/native/addon.js';

const listener = (port: number, wrapped: boolean): Listener => ({
  port,
  wrapped,
  pid: 42,
  address: `127.0.0.1:${port}`,
  command: 'server',
});

describe('missing ports', () => {
  test('are those without a listener that speaks WebSocket', () => {
    const listeners = [listener(80, true), listener(82, false)];
    expect(missingPorts([80, 81, 82], listeners)).toEqual([81, 82]);
  });

  test('are reported with those that were listened on instead, each once', () => {
    const listeners = [listener(80, true), listener(90, false), listener(90, false)];
    const report = describeMissing([81], listeners, { kind: 'ended', command: 'cmd' });
    expect(report).toBe(
      'cmd has ended and has not listened on port 81, but on 127.0.0.1:90 (server, process 42). To wrap that, type: wswrap 90 …',
    );
  });

  test.each([
    [
      { kind: 'late', seconds: 10 },
      /^after 10 s nothing listens on port 81, nor on any other TCP port/,
    ],
    [
      { kind: 'background', command: 'cmd' },
      /^cmd has gone to the background and does not listen on port 81/,
    ],
  ] as const)('are reported as %j', (occasion, text) => {
    expect(describeMissing([81], [], occasion)).toMatch(text);
  });
});
