import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, WswrapError } from '../error.js';

export interface Folders {
  /** A folder, or 'novnc'. */
  readonly web?: string | undefined;
  /** FILE of FILE.N. */
  readonly record?: string | undefined;
}

/** Throws a WswrapError about what would otherwise fail with each client anew. */
export function checkFolders({ web, record }: Folders): void {
  if (web !== undefined && web !== 'novnc' && !isFolder(web))
    throw new WswrapError('bad-option', `--web ${web} is not a folder`);
  if (record !== undefined) checkWritable(record);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function checkWritable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = messageOf(error);
    throw new WswrapError('bad-option', `--record ${file} cannot be written: ${why}`, error);
  }
}
