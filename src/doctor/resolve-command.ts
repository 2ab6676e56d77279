import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { WswrapError } from '../error.js';

type Found = 'executable' | 'directory' | 'not-executable' | 'missing';

/** Where execvp(3) looks when there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** The file that COMMAND means, found as execvp(3) does; throws what a shell says when there is none. */
export function resolveCommand(command: string, searchPath: string | undefined): string {
  const candidates = command.includes('/')
    ? [command]
    : (searchPath ?? DEFAULT_PATH).split(':').map((folder) => join(folder || '.', command));
  const found = candidates.map((path) => ({ path, what: look(path) }));
  const executable = found.find(({ what }) => what === 'executable');
  if (executable) return executable.path;
  throw notRunnable(
    command,
    found.find(({ what }) => what !== 'missing'),
  );
}

function look(path: string): Found {
  try {
    if (statSync(path).isDirectory()) return 'directory';
    accessSync(path, constants.X_OK);
    return 'executable';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'not-executable' : 'missing';
  }
}

function notRunnable(
  command: string,
  found: { readonly path: string; readonly what: Found } | undefined,
): WswrapError {
  if (found?.what === 'directory') {
    return new WswrapError('not-executable', `${found.path} is a directory, not a command`);
  }
  if (found) {
    return new WswrapError(
      'not-executable',
      `${found.path} may not be executed: see its mode (ls -l), and whether its file system is mounted noexec`,
    );
  }
  const hint = command.includes('/')
    ? 'there is no such file'
    : 'it is in no folder of PATH; is it installed?';
  return new WswrapError('not-found', `command not found: ${command} (${hint})`);
}
