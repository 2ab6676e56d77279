import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { nativeTests } from '../support/paths.js';

interface Listing {
  readonly tests: readonly { readonly name: string }[];
}

const listing: Listing = JSON.parse(
  execaSync('ctest', ['--test-dir', nativeTests, '--show-only=json-v1']).stdout,
);

describe('the C tests', () => {
  test.each(listing.tests.map(({ name }) => name))('%s', { timeout: 300_000 }, async (name) => {
    const exactly = `^${name.replace(/[^\w]/g, '\\$&')}$`;
    const result = execaSync(
      'ctest',
      ['--test-dir', nativeTests, '-R', exactly, '--output-on-failure'],
      {
        all: true,
        reject: false,
      },
    );
    expect(result.exitCode, result.all).toBe(0);
    expect(result.all).not.toMatch(/\(Skipped\)|Not Run/);
  });
});
