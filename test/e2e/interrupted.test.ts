import { describe, expect, test } from 'vitest';
import {
  Client,
  Connection,
  echo,
  makeFrame,
  makeOpening,
  OPCODE,
} from '../support/client/index.js';
import { untilAsleep } from '../support/process.js';
import { wrapServer } from '../support/wrapped.js';

const beginnings = {
  nothing: Buffer.alloc(0),
  'half a header': makeFrame(Buffer.alloc(200)).subarray(0, 3),
  'a ping': makeFrame(Buffer.alloc(0), { opcode: OPCODE.ping }),
};

test.for(Object.entries(beginnings))(
  'A blocking read that has met %s is interrupted by a signal',
  async ([, bytes]) => {
    const server = await wrapServer('interrupted');
    const pid = await server.serverPid();
    const client = await Client.open(server.port);
    await client.sendBytes(bytes);
    if (bytes.length > 0 && bytes[0] === 0x89) expect((await client.next()).kind).toBe('pong');
    await server.output.line(/^accepted/);
    await untilAsleep(pid);
    process.kill(pid, 'SIGUSR1');
    await server.output.line(/^interrupted$/);
  },
);

test.for(Object.entries(beginnings))(
  'A blocking read that has met %s ends when its time is up',
  async ([, bytes]) => {
    const server = await wrapServer('interrupted', ['timeout=200']);
    const client = await Client.open(server.port);
    await client.sendBytes(bytes);
    await server.output.line(/^timed out$/);
  },
);

test.for([['to read'], ['to look', 'peek']])(
  'Pings do not give a blocking call %s more time',
  async ([, ...words]) => {
    const server = await wrapServer('interrupted', ['timeout=500', ...words]);
    const client = await Client.open(server.port);
    let waiting = true;
    const timedOut = server.output.line(/^timed out$/).finally(() => {
      waiting = false;
    });
    while (waiting) {
      await client.ping();
      expect((await client.next()).kind).toBe('pong');
    }
    await timedOut;
    await echo(client, { bytes: 1000, seed: 1 });
  },
);

describe('A blocking read before the handshake is complete', () => {
  async function openHalfway(words: string[]) {
    const server = await wrapServer('interrupted', words);
    const connection = await Connection.open(server.port);
    const opening = makeOpening(server.port);
    await connection.write(opening.request.subarray(0, 40));
    await server.output.line(/^accepted/);
    return {
      server,
      complete: async () => {
        await connection.write(opening.request.subarray(40));
        return Client.opened(connection, opening);
      },
    };
  }

  test('ends when its time is up', async () => {
    const { server, complete } = await openHalfway(['timeout=200']);
    await server.output.line(/^timed out$/);
    await echo(await complete(), { bytes: 1000, seed: 1 });
  });

  test('is interrupted by a signal', async () => {
    const { server, complete } = await openHalfway([]);
    const pid = await server.serverPid();
    await untilAsleep(pid);
    process.kill(pid, 'SIGUSR1');
    await server.output.line(/^interrupted$/);
    await echo(await complete(), { bytes: 1000, seed: 1 });
  });

  test('goes on after a signal whose handler says so', async () => {
    const { server, complete } = await openHalfway(['restart']);
    const pid = await server.serverPid();
    await untilAsleep(pid);
    process.kill(pid, 'SIGUSR1');
    await server.output.line(/^signalled$/);
    const client = await complete();
    await client.send('x');
    await server.output.line(/^(read \d|interrupted)/);
    expect(server.output.all).toContain('read 1');
  });
});
