import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { freePort } from '../support/free-port.js';
import type { Value } from './measurement.js';
import { pinned } from './pinned.js';
import { processorSeconds } from './service.js';
import type { Subject } from './subjects.js';

/** What a client says: so many a second, and how many in all; undefined is what it does not say. */
export interface Found {
  readonly value: number | undefined;
  readonly count: number | undefined;
}

/** What native clients can be measured with. */
export const bridged = ({ dialect }: Subject) => dialect === 'tcp' || dialect === 'rfc6455';

interface Client {
  readonly command: (port: number) => readonly string[];
  readonly found: (output: string) => Found | undefined;
}

/** Runs a native client through the bridge, which does the same for plain TCP, but for the frames. */
export async function throughBridge(
  subject: Subject,
  { command, found }: Client,
): Promise<Value | undefined> {
  const port = await freePort();
  const bench = ['build/bench-native/bench-bridge', `${port}`, `${subject.service.port}`];
  const bridge = pinned('load', [...bench, subject.dialect], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    // It prints that it is ready.
    await once(bridge.stdout as Readable, 'readable');
    const [begin, cpu] = [performance.now(), processorSeconds(subject.sessions)];
    const client = pinned('load', command(port), { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = [text(client.stdout as Readable), once(client, 'exit')] as const;
    const [output, [code]] = await Promise.all(ended);
    const spent = processorSeconds(subject.sessions) - cpu;
    const seconds = (performance.now() - begin) / 1000;
    return toValue(code, found(output), spent, seconds);
  } finally {
    bridge.kill('SIGKILL');
  }
}

/** Undefined when nothing came of it, or the client has failed. */
export function toValue(
  code: number | null,
  found: Found | undefined,
  spent: number,
  seconds: number,
): Value | undefined {
  const { value, count = 0 } = found ?? {};
  if (code !== 0 || value === undefined || count === 0) return undefined;
  return { value, cpu: (1e6 * spent) / count, busy: { server: spent / seconds } };
}

/** The number that a pattern finds. */
export function numberIn(output: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(output)?.[1];
  return found === undefined ? undefined : Number(found);
}
