import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { catalogue } from './catalogue.js';

describe.for([
  { entry: catalogue.pythonAsyncio, needs: ['/usr/bin/python3'], exit: { code: 0 } },
  { entry: catalogue.javaSocket, needs: ['java'], exit: { code: 143 } },
  { entry: catalogue.javaNio, needs: ['java'], exit: { code: 143 } },
  { entry: catalogue.perl, needs: ['perl'], exit: { code: null, signal: 'SIGTERM' as const } },
])('A program in $entry.name', ({ entry, needs, exit }) => {
  requires(needs, 'that echoes', () => {
    test('serves one client of each dialect, eight at once, and sees their real addresses', async () => {
      const server = await RealServer.start(entry);
      const session = async (dialect: (typeof allDialects)[number], bytes: number) => {
        const client = await Client.open(server.port, { dialect });
        const peer = `127.0.0.1:${client.connection.socket.localPort}`;
        await server.wrapped.output.line(new RegExp(`^accepted ${peer}$`));
        await echo(client, { bytes, seed: bytes, longest: 100_000 });
        await client.close(dialect.startsWith('hixie') ? 0 : 1000);
        expect((await client.receiveToClose()).data).toHaveLength(0);
      };
      await session('rfc6455', 1);
      await server.settle();
      for (const dialect of allDialects) await session(dialect, 100_000);
      const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => (2 << 20) + i);
      await Promise.all(sizes.map((bytes) => session('rfc6455', bytes)));
      await server.wrapped.output.line(/^ended$/, 1 + allDialects.length + sizes.length);
      await server.finish(exit);
    });
  });
});
