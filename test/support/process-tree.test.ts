import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lookAtProcesses } from './process-tree.js';

test('A process that ends while one looks at it is left out', () => {
  const found = lookAtProcesses((pid) => {
    // Numbers end at 2^22.
    const path = pid === process.pid ? `/proc/${pid}/stat` : `/proc/${2 ** 22 + pid}/stat`;
    return readFileSync(path, 'latin1') === '' ? undefined : pid;
  });
  expect(found).toEqual([process.pid]);
});
