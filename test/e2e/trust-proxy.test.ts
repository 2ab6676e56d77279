import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

const trusting = { options: ['--trust-proxy', '127.0.0.0/8,10.0.0.0/8,2001:db8::/32'] };

describe.for([
  { says: ['X-Forwarded-For: 192.0.2.7'], seen: '192.0.2.7' },
  { says: ['X-Forwarded-For: forged, 198.51.100.1, 192.0.2.7, 10.1.2.3'], seen: '192.0.2.7' },
  { says: ['Forwarded: for=192.0.2.7;proto=https'], seen: '192.0.2.7' },
  { says: ['Forwarded: for="192.0.2.7:4711"'], seen: '192.0.2.7' },
  // A proxy passes on the field that it does not write itself as the client sent it.
  { says: ['Forwarded: for=192.0.2.7', 'X-Forwarded-For: 192.0.2.8'], seen: '127.0.0.1' },
  { says: ['Forwarded: for="192.0.2.7:80"', 'X-Forwarded-For: 192.0.2.7'], seen: '192.0.2.7' },
  {
    says: ['Forwarded: for=198.51.100.1, for=10.1.2.3', 'X-Forwarded-For: 192.0.2.7, 10.1.2.3'],
    seen: '10.1.2.3',
  },
  { says: ['X-Forwarded-For: 10.9.9.9, 10.1.2.3'], seen: '10.9.9.9' },
  { says: ['Forwarded: for=unknown'], seen: '127.0.0.1' },
  { says: ['X-Forwarded-For: 2001:db9::1'], seen: '127.0.0.1' },
  { says: [], seen: '127.0.0.1' },
])('A trusted proxy that says $says', ({ says, seen }) => {
  test(`makes the program see ${seen}`, async () => {
    const server = await wrapServer('echo_thread', [], trusting);
    const client = await Client.open(server.port, { fields: says });
    await echo(client, { bytes: 1000, seed: 1 });
    expect(await server.output.line(/^accepted/)).toMatch(`accepted ${seen} `);
    expect((await server.logged('opened')).subject.split(':')[0]).toBe(seen);
  });
});

test('On an IPv6 socket the client behind a proxy may have either kind of address', async () => {
  for (const [says, seen] of [
    ['2001:db9::7', '2001:db9::7'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
  ] as const) {
    const server = await wrapServer('echo_thread', ['address=::'], trusting);
    const client = await Client.open(server.port, { fields: [`X-Forwarded-For: ${says}`] });
    await echo(client, { bytes: 1000, seed: 1 });
    expect(await server.output.line(/^accepted/)).toMatch(`accepted ${seen} `);
  }
});

test('What a peer that is not trusted says of itself does not count', async () => {
  for (const options of [[], ['--trust-proxy', '10.0.0.0/8']]) {
    const server = await wrapServer('echo_thread', [], { options });
    const client = await Client.open(server.port, { fields: ['X-Forwarded-For: 192.0.2.7'] });
    await echo(client, { bytes: 1000, seed: 1 });
    expect(await server.output.line(/^accepted/)).toMatch('accepted 127.0.0.1 ');
  }
});
