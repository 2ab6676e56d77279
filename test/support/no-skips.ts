import type { Reporter, TestModule } from 'vitest/node';

/** A reporter for CI, where a test that was skipped is a failure. */
export default class NoSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    for (const test of skipped)
      console.error(`skipped in CI: ${test.module.moduleId}: ${test.fullName}`);
    if (skipped.length > 0) process.exitCode = 1;
  }
}
