import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Head, readHead } from './head.js';
import { Histogram } from './histogram.js';
import { entryOf } from './line.js';
import { stretches } from './lines.js';

/** For a plot as wide as a screen. */
const INTERVALS = 2048;

/** A recording as a whole. */
export interface Summary extends Head {
  readonly name: string;
  readonly durationMs: number;
  readonly toClient: Traffic;
  readonly fromClient: Traffic;
  /** False when it broke off, or still goes on. */
  readonly complete: boolean;
  /** Lines that could not be read, as the last one of a recording that broke off. */
  readonly damagedLines: number;
  readonly histogram: Histogram;
}

export interface Traffic {
  readonly bytes: number;
  readonly records: number;
}

/** Reads a whole recording once. Memory is bounded whatever its size. Throws a WswrapError when it is none. */
export async function summarize(path: string): Promise<Summary> {
  const file = await open(path);
  try {
    const head = await readHead(file, path);
    const histogram = new Histogram(INTERVALS);
    const traffic = {
      'to-client': { bytes: 0, records: 0 },
      'from-client': { bytes: 0, records: 0 },
    };
    const series = { 'to-client': histogram.toClient, 'from-client': histogram.fromClient };
    let [durationMs, damagedLines, complete] = [0, 0, false];
    for await (const { lines, offsets } of stretches(file)) {
      for (const [at, line] of lines.entries()) {
        const entry = entryOf(line, head.encoding);
        if (entry === 'damaged') damagedLines++;
        if (entry === 'end') complete = true;
        if (typeof entry === 'string') continue;
        const { direction, ms, payload } = entry;
        traffic[direction].bytes += payload.length;
        traffic[direction].records++;
        durationMs = Math.max(durationMs, ms);
        histogram.add(ms, series[direction], payload.length, offsets[at] ?? 0);
      }
    }
    const { 'to-client': toClient, 'from-client': fromClient } = traffic;
    return {
      ...head,
      name: basename(path),
      durationMs,
      toClient,
      fromClient,
      complete,
      damagedLines,
      histogram,
    };
  } finally {
    await file.close();
  }
}
