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

/** Something else that tests may need: what it is called, whether it is so, and how to get it. */
export interface Condition {
  readonly name: string;
  readonly holds: () => boolean;
  readonly remedy: string;
}

/** Who may make namespaces. */
export const asRoot: Condition = {
  name: 'root',
  holds: () => process.getuid?.() === 0,
  remedy: 'run the tests as root',
};

const program = (name: string): Condition => ({
  name,
  holds: () => installed(name),
  remedy: 'run scripts/install-test-packages.sh',
});

/**
 * A `describe` for tests that need programs of Debian's (or files, when the name has a slash), or that something else is
 * so. Without them the tests are skipped and the title says why; in CI, where all of it should be there, that is a failure.
 */
export function requires(
  needs: readonly (string | Condition)[],
  title: string,
  tests: () => void,
): void {
  const missing = needs
    .map((need) => (typeof need === 'string' ? program(need) : need))
    .filter((need) => !need.holds());
  if (missing.length === 0) {
    describe(title, tests);
    return;
  }
  const names = missing.map(({ name }) => name).join(', ');
  const remedies = new Set(missing.map(({ remedy }) => remedy));
  const why = `needs ${names}: ${[...remedies].join(', ')}`;
  if (process.env['CI']) throw new Error(`${title}: ${why}`);
  describe.skip(`${title} (${why})`, tests);
}
