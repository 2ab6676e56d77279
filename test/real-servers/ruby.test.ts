import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { readLine } from '../support/answers.js';
import { Client } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { Random } from '../support/random.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { catalogue } from './catalogue.js';

requires(['ruby'], 'A program that uses TCPServer of Ruby', () => {
  test('talks in lines, and copies 2 MiB for each of eight clients', async () => {
    const server = await RealServer.start(catalogue.ruby);
    const session = async (dialect: (typeof allDialects)[number], bytes: Buffer) => {
      const client = await Client.open(server.port, { dialect });
      const peer = `127.0.0.1:${client.connection.socket.localPort}`;
      await server.wrapped.output.line(new RegExp(`^accepted ${peer}$`));
      await client.send('hello World\n');
      expect(await readLine(client)).toBe('hello, World');
      await client.send(`echo ${bytes.length}\n`);
      const [back] = await Promise.all([client.receive(bytes.length), client.send(bytes)]);
      expect(hashOf(back)).toBe(hashOf(bytes));
      await client.send('quit\n');
      expect((await client.receiveToClose()).data.toString()).toBe('bye\n');
    };
    await session('rfc6455', Buffer.from('one'));
    await server.settle();
    const random = new Random(8);
    for (const dialect of allDialects) await session(dialect, random.bytes(50_000));
    const eight = Array.from({ length: 8 }, () => session('rfc6455', random.bytes(2 << 20)));
    await Promise.all(eight);
    await server.finish();
  });

  test('says good-bye to a client that has ended only its own side', async () => {
    const server = await RealServer.start(catalogue.ruby);
    const bridge = await server.bridge({ end: 'fin' });
    const socket = connect({ port: bridge.port, host: '127.0.0.1', allowHalfOpen: true });
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.end('hello half\n');
    await once(socket, 'close');
    expect(Buffer.concat(received).toString()).toBe('hello, half\nbye\n');
    await server.finish();
  });
});
