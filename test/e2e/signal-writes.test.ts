import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

test.for(dialects)(
  'What a signal handler writes in the middle of a write arrives whole in $speaking',
  async ({ opening }) => {
    const server = await wrapServer('signal_writes');
    const client = await Client.open(server.port, opening);
    const { data } = await client.receiveToClose();
    const aside = data.filter((byte) => byte === 'H'.charCodeAt(0)).length;
    const line = await server.output.line(/^main/);
    expect(line).toBe(`main ${data.length - aside} handler ${aside}`);
    expect(aside).toBeGreaterThan(0);
    expect(data.toString('latin1').replaceAll('HHHHHHHH', '')).toMatch(/^m*$/);
  },
);
