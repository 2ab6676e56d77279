import { describe, expect, test } from 'vitest';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const options = ['--also-tcp'];

async function expectEcho(connection: Connection, text: string): Promise<void> {
  let echoed = '';
  await connection.write(Buffer.from(text, 'latin1'));
  while (echoed.length < text.length) {
    echoed += (await connection.read())?.toString('latin1') ?? '\0END\0';
  }
  expect(echoed).toBe(text);
}

function peerOf(connection: Connection): string {
  return `127.0.0.1:${connection.socket.localPort}`;
}

describe('With --also-tcp', () => {
  const beginnings = [
    { what: 'an RFB client', bytes: 'RFB 003.008\n' },
    { what: 'an SSH client', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' },
    { what: 'a memcached client', bytes: 'get key\r\n' },
    { what: 'a redis client that types by hand', bytes: 'GET key\r\n' },
    { what: 'one byte that is no handshake', bytes: 'P' },
    {
      what: 'a client that speaks TLS with the program',
      bytes: '\x16\x03\x01\x02\0\x01\0\x01\xfc',
    },
    { what: 'a client of the binary protocol of memcached', bytes: '\x80\x0a\0\0\0\0' },
    { what: 'an MQTT client', bytes: '\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0' },
  ];
  test.for(beginnings)('$what gets the plain protocol', async ({ bytes }) => {
    const server = await wrapServer('echo_blocking', [], { options });
    const connection = await Connection.open(server.port);
    await expectEcho(connection, bytes);
    await expectEcho(connection, 'x'.repeat(100_000));
    await server.output.line(new RegExp(`^accepted 127.0.0.1 ${connection.socket.localPort}$`));
    const line = await server.logged('passed', { reason: 'not-http', port: server.port });
    expect(line.subject).toBe(peerOf(connection));
    connection.end();
    expect(await readToEnd(connection)).toHaveLength(0);
  });

  test('a client that waits for the server to speak is let in after a second', async () => {
    const server = await wrapServer('speaks_first', [], { options });
    const connection = await Connection.open(server.port);
    expect((await connection.read())?.toString()).toBe('hello\n');
    await expectEcho(connection, 'and back');
    const line = await server.logged('passed', { reason: 'silent' });
    expect(line.subject).toBe(peerOf(connection));
  });

  test.for(allDialects)('%s clients come in beside it', async (dialect) => {
    const server = await wrapServer('echo_epoll', [], { options });
    const [plain, client] = await Promise.all([
      Connection.open(server.port),
      Client.open(server.port, { dialect }),
    ]);
    await expectEcho(plain, 'plain');
    await echo(client, { bytes: 1 << 20, seed: 3 });
    await expectEcho(plain, 'still plain');
  });

  test.for(['fork', 'thread', 'poll', 'select', 'epoll', 'edge'])(
    'a %s server serves both',
    async (kind) => {
      const server = await wrapServer(`echo_${kind}`, [], { options });
      const client = await Client.open(server.port);
      const plain = await Connection.open(server.port);
      await expectEcho(plain, 'y'.repeat(300_000));
      await echo(client, { bytes: 300_000, seed: 4 });
    },
  );

  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n';
  test.for([
    ['plain HTTP', `${head}\r\n`, ''],
    ['plain HTTP in pieces', head, '\r\n'],
    ['plain HTTP in pieces', 'GET', ' / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])(
    '%s is refused, and not a byte of it gets to the program',
    async ([, first = '', rest = '']) => {
      const server = await wrapServer('echo_epoll', [], { options });
      const connection = await Connection.open(server.port);
      await connection.write(Buffer.from(first));
      if (rest !== '') {
        await server.output.line(/^accepted/);
        await connection.write(Buffer.from(rest));
      }
      expect((await readToEnd(connection)).toString()).toMatch(/^HTTP\/1.1 426 /);
      await server.logged('refused', { reason: 'not-websocket' });
    },
  );
});

test('--also-tcp=3 waits for longer', async () => {
  const server = await wrapServer('speaks_first', [], { options: ['--also-tcp=3'] });
  const connection = await Connection.open(server.port);
  const before = performance.now();
  expect((await connection.read())?.toString()).toBe('hello\n');
  expect(performance.now() - before).toBeGreaterThan(2000);
});
