import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { nativeTests } from '../support/paths.js';
import { pinned, type Side } from './pinned.js';

export const server = join(nativeTests, 'bench-server');

export type LoadArguments = Readonly<Record<string, string | number>>;

/** Runs bench-load to its end; resolves to the numbers that it prints (test/bench/load.c). */
export async function load(
  port: number,
  options: LoadArguments,
  sessions: readonly number[] = [],
  side: Side = 'load',
) {
  const args = [
    ...Object.entries({ port, ...options }).map(([name, value]) => `--${name}=${value}`),
    ...sessions.map((session) => `--session=${session}`),
  ];
  const command = [join(nativeTests, 'bench-load'), ...args];
  const child = pinned(side, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout as Readable), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${command.join(' ')} has ended with ${code}`);
  return JSON.parse(output) as Record<string, number>;
}
