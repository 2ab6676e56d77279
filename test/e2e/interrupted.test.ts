import { expect, test } from 'vitest';
import { Client, makeFrame, OPCODE } from '../support/client/index.js';
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
