import { defineConfig } from 'vitest/config';

const all = 'test/**/*.test.ts';
/** Tests that compare speeds. */
const measurements = ['test/bench/{hook-cost,ratios}.test.ts', 'test/proxy/tls-throughput.test.ts'];

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: process.env['CI'] ? ['default', './test/support/no-skips.ts'] : ['default'],
    projects: [
      {
        test: {
          ...timeouts,
          name: 'tests',
          include: [all],
          exclude: measurements,
          // Two at a time: most tests start servers and browsers of their own.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'measurements',
          include: measurements,
          // When the others are done, and one after the other: what shares a core with strangers tells of them, too.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
