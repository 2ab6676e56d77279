import { expect, test } from 'vitest';
import { Client, Connection, readToEnd } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

const POLICY =
  '<cross-domain-policy><allow-access-from domain="*" to-ports="*" /></cross-domain-policy>\n\0';

test.for([
  { options: [] },
  { options: ['--cert', 'auto', '--ssl-only'] },
  { options: ['--also-tcp'] },
])(
  'A Flash policy request is answered, and never reaches the program, with $options',
  async ({ options }) => {
    const server = await wrapServer('echo_blocking', [], { options });
    const connection = await Connection.open(server.port);
    await connection.write(Buffer.from('<policy-file-request/>\0'));
    expect((await readToEnd(connection)).toString('latin1')).toBe(POLICY);
    const { subject } = await server.logged('answered', { reason: 'flash-policy' });
    expect(subject).toBe(`127.0.0.1:${connection.socket.localPort}`);
    await server.accepted(0);
  },
);

test('A Flash policy request in pieces is answered', async () => {
  const server = await wrapServer('echo_epoll');
  const connection = await Connection.open(server.port);
  await connection.write(Buffer.from('<policy-'));
  await server.output.line(/^accepted/);
  await connection.write(Buffer.from('file-request/>\0'));
  expect((await readToEnd(connection)).toString('latin1')).toBe(POLICY);
  const client = await Client.open(server.port);
  await client.close(1000);
});
