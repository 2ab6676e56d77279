import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { converse } from '../support/conversation.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { catalogue } from './catalogue.js';

describe.for([
  {
    entry: catalogue.socatExec,
    needs: ['socat'],
    exit: { code: 143 },
    peer: / from .*AF=2 (\S+) /,
    ended: /exiting with status|childdied/,
  },
  {
    entry: catalogue.socatNofork,
    needs: ['socat'],
    exit: { code: 143 },
    peer: / from .*AF=2 (\S+) /,
    ended: /exiting with status|childdied/,
  },
  {
    entry: catalogue.tcpserverScript,
    needs: ['tcpserver'],
    exit: { code: 0 },
    peer: /tcpserver: ok \d+ \S* \S*:([^:]+)::(\d+)/,
    ended: /tcpserver: end /,
  },
  {
    entry: catalogue.tcpserverStdio,
    needs: ['tcpserver'],
    exit: { code: 0 },
    peer: /tcpserver: ok \d+ \S* \S*:([^:]+)::(\d+)/,
    ended: /tcpserver: end /,
  },
])('$entry.name', ({ entry, needs, exit, peer, ended }) => {
  requires(needs, 'starts a program for each connection', () => {
    test('that talks with one client of each dialect, and with eight at once', async () => {
      const server = await RealServer.start(entry);
      const logged = async (address: string) =>
        server.wrapped.errors.until(`${peer} for ${address}`, (lines) =>
          lines.find((line) => peer.exec(line)?.slice(1).join(':') === address),
        );
      await logged(await converse(server.port));
      await server.settle();
      for (const dialect of allDialects) await logged(await converse(server.port, { dialect }));
      const eight = [1, 2, 3, 4, 5, 6, 7, 8].map(() => converse(server.port));
      await Promise.all((await Promise.all(eight)).map(logged));
      await server.finish(exit);
    });

    test('that sees a client go', async () => {
      const server = await RealServer.start(entry);
      for (const how of ['close', 'end'] as const) {
        const client = await Client.open(server.port);
        await client.receive('ready'.length);
        if (how === 'close') await client.close(1000);
        else client.connection.end();
        await server.settle();
      }
      await server.finish(exit);
    });

    test('that a reset may kill, without harm to others', async () => {
      const server = await RealServer.start(entry);
      const others = [1, 2, 3].map(() => converse(server.port));
      for (let i = 1; i <= 3; i++) {
        const client = await Client.open(server.port);
        await client.receive('ready'.length);
        client.connection.reset();
        await server.wrapped.errors.line(ended, i);
      }
      await Promise.all(others);
      await converse(server.port);
      expect(await server.wrapped.stop()).toEqual({ code: 0, signal: null, ...exit });
    });
  });
});
