import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';
import { requires } from '../support/requires.js';

const SECONDS = 3;

requires(['clang'], 'The fuzzer finds nothing in a short run', () => {
  test.for(['handshake', 'decode-binary', 'decode-base64', 'decode-hixie', 'encode'])(
    'of %s',
    { timeout: 240_000 },
    async (target) => {
      const run = await execa('test/fuzz/run.sh', [String(SECONDS), target], {
        cwd: root,
        all: true,
        reject: false,
      });
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).toMatch(/number_of_executed_units: +\d{3,}/);
    },
  );
});
