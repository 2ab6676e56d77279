import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { nativeTests, wswrap } from '../support/paths.js';

const bench = join(nativeTests, 'bench-hook-cost');

const costs = (output: string) =>
  new Map(output.split('\n').map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));

// The goal is 5 ns; on a busy machine only a gross loss can be told from chance.
test('A call on a descriptor that is no connection costs hardly more than without the library', async () => {
  const port = String(await freePort());
  const options = { stderr: 'ignore' } as const;
  const plain = costs((await execa(bench, options)).stdout);
  const args = [wswrap, '--log-file', '/dev/null', port, bench];
  const wrapped = costs((await execa(process.execPath, args, options)).stdout);
  console.log('ns per call', Object.fromEntries(plain), Object.fromEntries(wrapped));
  expect(plain.size).toBe(4);
  for (const [call, cost] of plain) expect(wrapped.get(call), call).toBeLessThan(cost * 1.5 + 50);
});
