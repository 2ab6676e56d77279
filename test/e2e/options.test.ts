import { describe, expect, test } from 'vitest';
import { Client, dialectName, echo, Refused } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const offers: { offered: string[]; chosen: string; options?: string[] }[] = [
  { offered: [], chosen: '' },
  { offered: ['binary'], chosen: 'binary' },
  { offered: ['base64'], chosen: 'base64' },
  { offered: ['base64', 'binary'], chosen: 'binary' },
  { offered: ['chat', 'base64'], chosen: 'base64' },
  { offered: ['mqtt'], chosen: 'mqtt' },
  { offered: ['sip', 'mqtt'], chosen: 'sip' },
  { offered: ['base64', 'binary'], chosen: 'base64', options: ['--subprotocol', 'base64,binary'] },
  { offered: ['mqtt', 'mqttv3.1'], chosen: 'mqttv3.1', options: ['--subprotocol', 'mqttv3.1'] },
];

describe('The subprotocol', () => {
  test.for(offers)(
    'out of $offered is $chosen with $options',
    async ({ offered, chosen, options = [] }) => {
      const server = await wrapServer('echo_thread', [], { options });
      const client = await Client.open(server.port, { subprotocols: offered });
      expect(client.subprotocol).toBe(chosen);
      await echo(client, { bytes: 1 << 16, seed: 1 });
      await server.logged('opened', {
        subprotocol: chosen || '-',
        dialect: 'rfc6455',
        origin: '-',
      });
    },
  );

  test('that is not accepted gets 403', async () => {
    const server = await wrapServer('echo_thread', [], { options: ['--subprotocol', 'binary'] });
    await expect(Client.open(server.port, { subprotocols: ['mqtt'] })).rejects.toThrow(Refused);
    await server.logged('refused', { status: 403, reason: 'subprotocol' });
  });

  test.for(['hixie76', 'hixie75'] as const)('is told to %s clients too', async (dialect) => {
    const { port } = await wrapServer('echo_thread');
    const client = await Client.open(port, { dialect, subprotocols: ['sample'] });
    expect(client.subprotocol).toBe('sample');
  });
});

describe('--dialect', () => {
  test.for(allDialects)('lets in %s alone when told so', async (only) => {
    const server = await wrapServer('echo_thread', [], {
      options: ['--dialect', dialectName(only)],
    });
    for (const dialect of allDialects) {
      const opening = Client.open(server.port, { dialect });
      if (dialectName(dialect) === dialectName(only))
        await echo(await opening, { bytes: 1000, seed: 1 });
      else await expect(opening).rejects.toThrow(Refused);
    }
    await server.logged('refused', { status: 403, reason: 'dialect' });
  });
});

test.for(allDialects)('A %s connection is logged as such', async (dialect) => {
  const server = await wrapServer('echo_thread');
  const client = await Client.open(server.port, { dialect, origin: 'http://localhost:6080' });
  const fields = {
    port: server.port,
    dialect: dialectName(dialect),
    origin: 'http://localhost:6080',
  };
  const line = await server.logged('opened', fields);
  expect(line.subject).toBe(`127.0.0.1:${client.connection.socket.localPort}`);
});
