import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Direction } from '../../src/recording/entry.js';
import { lookAtProcesses } from '../support/process-tree.js';
import { stopProcess } from '../support/stopped-process.js';
import { readEntries } from './sample.js';

/** The recording, once it is complete: the recorder writes the end when it hears of it. */
export async function complete(path: string): Promise<string> {
  const text = () => (existsSync(path) ? readFileSync(path, 'latin1') : '');
  await expect.poll(text, { timeout: 20_000 }).toMatch(/'EOF'\];\n$/);
  return path;
}

export async function payload(path: string, direction: Direction): Promise<Buffer> {
  const entries = await readEntries(path);
  return Buffer.concat(
    entries.filter((entry) => entry.direction === direction).map((entry) => entry.payload),
  );
}

/** The process that writes the recordings of `wswrap --record file`. */
export function recorderOf(file: string): number {
  const end = `wswrap-recorder\0text\0${file}\0`;
  const [found] = lookAtProcesses((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(end) ? pid : undefined,
  );
  if (found === undefined) throw new Error(`there is no process ${end}`);
  return found;
}

/** Stops that process, as stopProcess does. */
export function stopRecorder(file: string): Promise<() => void> {
  return stopProcess(recorderOf(file));
}
