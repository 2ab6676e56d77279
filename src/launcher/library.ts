import { fileURLToPath } from 'node:url';
import { messageOf, WswrapError } from '../error.js';
import { addon, constants } from '../native/addon.js';

const location = fileURLToPath(new URL('../../build/Release/libwswrap.so', import.meta.url));

/** The path of the library to be preloaded, after a look at whether it is ours and of this version. */
export function checkedLibrary(path: string = location): string {
  if (/[: ]/.test(path)) {
    throw new WswrapError(
      'installation',
      `the path of the library, ${path}, contains a blank or a colon, which LD_PRELOAD cannot express: install wswrap elsewhere`,
    );
  }
  const version = versionOf(path);
  if (version !== constants.version) {
    throw new WswrapError(
      'installation',
      `${path} is of version ${version}, this launcher of ${constants.version}: type npm rebuild wswrap`,
    );
  }
  return path;
}

function versionOf(path: string): string {
  try {
    return addon.libraryVersion(path);
  } catch (error) {
    throw new WswrapError(
      'installation',
      `the library cannot be used: ${messageOf(error)}: type npm rebuild wswrap`,
      error,
    );
  }
}
