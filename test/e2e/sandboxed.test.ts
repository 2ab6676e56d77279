import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for([
  { what: 'blocking', words: [] },
  { what: 'non-blocking', words: ['nonblocking'] },
])('A child under seccomp that may only read, write and wait, $what,', ({ words }) => {
  test.for(dialects)('serves a client that speaks $speaking', async ({ opening }) => {
    const server = await wrapServer('sandboxed', words);
    const client = await Client.open(server.port, opening);
    await echo(client, { bytes: 200_000, seed: 1, longest: 20_000 });
    await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
    expect((await client.receiveToClose()).data).toHaveLength(0);
    expect(await server.output.line(/^child/)).toBe('child exited with 0');
    const closed = await server.logged('closed', { in: 200_000, out: 200_000 });
    expect(closed.fields.get('port')).toBe(`${server.port}`);
  });
});
