import { unlinkSync, writeFileSync } from 'node:fs';
import { messageOf, WswrapError } from '../error.js';

/** Writes this process's number; returns what removes the file. Throws a WswrapError. */
export function writePidFile(path: string): () => void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    throw new WswrapError(
      'system',
      `--pid-file ${path} cannot be written: ${messageOf(error)}`,
      error,
    );
  }
  return () => {
    try {
      unlinkSync(path);
    } catch {
      /* It may lie where we may not write any more. */
    }
  };
}
