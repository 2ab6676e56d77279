import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { freePort } from '../support/free-port.js';
import type { Value } from './measurement.js';
import { pinned } from './pinned.js';
import { processorSeconds } from './service.js';
import type { Subject } from './subjects.js';

/** What native clients can be measured with. */
export const bridged = ({ dialect }: Subject) => dialect === 'tcp' || dialect === 'rfc6455';

interface Client {
  readonly command: (port: number) => readonly string[];
  /** What it says: so many a second, and how many in all; undefined when it says nothing of the kind. */
  readonly found: (
    output: string,
  ) => { readonly value: number; readonly count: number } | undefined;
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
    const [output] = await Promise.all([text(client.stdout as Readable), once(client, 'exit')]);
    const spent = processorSeconds(subject.sessions) - cpu;
    const seconds = (performance.now() - begin) / 1000;
    const { value, count } = found(output) ?? { value: 0, count: 0 };
    if (count === 0) return undefined;
    return { value, cpu: (1e6 * spent) / count, busy: { server: spent / seconds } };
  } finally {
    bridge.kill('SIGKILL');
  }
}

/** The number that a pattern finds, or 0. */
export const numberIn = (output: string, pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0);
