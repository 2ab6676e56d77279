import { test } from 'vitest';
import { Client } from '../support/client/index.js';
import { converse } from '../support/conversation.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { catalogue } from './catalogue.js';

const talk = { lines: 100, answering: true };

requires(['tcpserver'], 'tcpserver and a static program', () => {
  test('talk with one client of each dialect, and with eight at once', async () => {
    const server = await RealServer.start(catalogue.tcpserverStatic);
    for (const dialect of allDialects) await converse(server.port, { dialect }, talk);
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => converse(server.port, {}, talk)));
    await server.wrapped.errors.line(/^tcpserver: end /, allDialects.length + 8);
  });

  test('see a client go', async () => {
    const server = await RealServer.start(catalogue.tcpserverStatic);
    const leave = [
      (client: Client) => client.close(1000),
      (client: Client) => client.connection.end(),
      (client: Client) => client.connection.reset(),
    ];
    for (const [index, go] of leave.entries()) {
      const client = await Client.open(server.port);
      await client.receive('ready'.length);
      await go(client);
      await server.wrapped.errors.line(/^tcpserver: end /, index + 1);
    }
  });
});
