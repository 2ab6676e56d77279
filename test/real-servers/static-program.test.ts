import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

requires(['tcpserver'], 'tcpserver and a static program', () => {
  test('close the connection, which the program could not use, and the log says why', async () => {
    const server = await RealServer.start(catalogue.tcpserverStatic);
    for (let i = 1; i <= 3; i++) {
      const client = await Client.open(server.port);
      const { data, code } = await client.receiveToClose();
      expect(data).toHaveLength(0);
      expect(code).toBe(1011);
      await server.wrapped.errors.line(
        /^wswrap: warning pid=\d+ command=tcpserver reason=".*statically linked program/,
        i,
      );
      await server.wrapped.logged('closed', { code: 1011 }, i);
    }
    await server.finish();
  });
});
