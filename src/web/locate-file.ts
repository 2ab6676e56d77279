import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Folders by the path that they appear under: each key begins and ends with a slash. */
export type Mounts = Readonly<Record<string, string>>;

export interface LocatedFile {
  readonly path: string;
  readonly size: number;
}

/** The segments of the path that a request asks for; undefined when it is not a path that could name a file.
 *
 * Refused are what could lead out of a folder or to a hidden file: segments that begin with a dot, and, once decoded, any
 * slash, backslash or NUL. Nothing is ever resolved or cleaned up, so nothing can be cleaned up wrongly. */
export function segmentsOf(target: string): string[] | undefined {
  const [path = ''] = target.split(/[?#]/, 1);
  if (!path.startsWith('/')) return undefined;
  const segments: string[] = [];
  for (const encoded of path.slice(1).split('/')) {
    const segment = decode(encoded);
    if (segment === undefined || segment.startsWith('.') || /[/\\\0]/.test(segment))
      return undefined;
    segments.push(segment);
  }
  return segments;
}

/** The file that the segments name under the longest mount that fits, with `index.html` for a folder. Undefined when
 * there is none, or when a symbolic link leads out of the mounted folder. */
export async function locateFile(
  mounts: Mounts,
  segments: readonly string[],
): Promise<LocatedFile | undefined> {
  const asked = `/${segments.join('/')}`;
  const prefix = longestPrefix(mounts, asked);
  const folder = prefix === undefined ? undefined : mounts[prefix];
  if (prefix === undefined || folder === undefined) return undefined;
  const inside = asked.slice(prefix.length);
  const name = inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    const status = await stat(path);
    return path.startsWith(root + sep) && status.isFile() ? { path, size: status.size } : undefined;
  } catch {
    return undefined; /* there is no such file, or it may not be read: the same to whoever asks */
  }
}

function longestPrefix(mounts: Mounts, path: string): string | undefined {
  return Object.keys(mounts)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
