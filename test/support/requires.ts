import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

const installed = (program: string) => {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};

/**
 * A `describe` for tests that need programs of Debian's (or files, when the name has a slash). Without them the tests are
 * skipped and the title says why; in CI that is a failure, since scripts/install-test-packages.sh should have got them.
 */
export function requires(programs: readonly string[], title: string, tests: () => void): void {
  const missing = programs.filter((program) => !installed(program));
  if (missing.length === 0) {
    describe(title, tests);
    return;
  }
  const why = `needs ${missing.join(', ')}: run scripts/install-test-packages.sh`;
  if (process.env['CI']) throw new Error(`${title}: ${why}`);
  describe.skip(`${title} (${why})`, tests);
}
