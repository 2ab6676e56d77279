import { execa } from 'execa';
import { nativeTests, root } from './paths.js';

/** Before all tests: what they need from Debian, then the native test programs and TypeScript as it is now. */
export default async function setup(): Promise<void> {
  const run = execa({ cwd: root, stdout: ['pipe'], stderr: ['inherit'] });
  await run`scripts/install-test-packages.sh`;
  await run`npm run --silent build`;
  await run`cmake -S native -B ${nativeTests} -DWSWRAP_DEV=ON -DWSWRAP_TESTS=ON -DWSWRAP_SANITIZE=ON`;
  await run`cmake --build ${nativeTests} --parallel 2`;
}
