import { expect, test } from 'vitest';
import type { ServerEntry } from '../real-servers/catalogue.js';
import { Client, echo } from './client/index.js';
import type { Exit } from './process.js';
import { RealServer } from './real-server.js';
import { requires } from './requires.js';
import { allDialects } from './styles.js';

/** Tests of a program that echoes and prints "accepted PEER" and "ended". */
export function testEchoProgram(entry: ServerEntry, needs: string[], exit: Partial<Exit>): void {
  requires(needs, `A program that uses ${entry.name}`, () => {
    test('echoes for a client of each dialect, for eight at once, and sees their real addresses', async () => {
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
}
