import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { root } from '../support/paths.js';

const BATCH = 1000;
const BATCHES = 4;

// A failure names the seed and the command that shows it again.
describe('A server sees the same from a WebSocket client as from a plain TCP client', () => {
  test.for(Array.from({ length: BATCHES }, (_, batch) => batch * BATCH + 1))(
    `in ${BATCH} random scripts from seed %i on`,
    { timeout: 300_000 },
    async (first) => {
      const args = ['--seed', String(first), '--count', String(BATCH)];
      const run = await execa(join(root, 'test/differential/run.sh'), args, {
        all: true,
        reject: false,
      });
      expect(run.exitCode, run.all).toBe(0);
    },
  );
});
