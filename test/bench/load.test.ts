import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { load, server } from './load-program.js';
import { pinned } from './pinned.js';

// As many connections as this have no time to send much each.
test.for([1, 32])(
  'A short measurement of a sink with %i connections knows what was taken, and when',
  async (connections) => {
    const port = await freePort();
    const child = pinned('server', [server, `${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    await once(child.stdout as Readable, 'data');
    const { bytes = 0, seconds = 0 } = await load(port, {
      mode: 'sink',
      connections,
      seconds: 0.01,
    });
    expect(bytes).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(0.005);
  },
);
