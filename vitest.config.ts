import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: process.env['CI'] ? ['default', './test/support/no-skips.ts'] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two at a time: most tests start servers and browsers of their own.
    maxWorkers: 2,
  },
});
