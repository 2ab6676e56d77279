import { expect, test } from 'vitest';
import type { ServerEntry } from '../real-servers/catalogue.js';
import { Client } from './client/index.js';
import { converse } from './conversation.js';
import type { Exit } from './process.js';
import { RealServer } from './real-server.js';
import { requires } from './requires.js';
import { allDialects } from './styles.js';

/** What a server that starts programs for connections writes. */
export interface ServerLines {
  /** Address and port of a client. */
  peer: RegExp;
  /** A program has ended. */
  ended: RegExp;
}

/** Tests of a server that starts lines.sh, or what talks like it, for each connection. */
export function testProgramPerConnection(
  entry: ServerEntry,
  needs: string[],
  exit: Partial<Exit>,
  { peer, ended }: ServerLines,
): void {
  requires(needs, `A program that is started by ${entry.name}`, () => {
    test('talks with one client of each dialect, and with eight at once', async () => {
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

    test('sees a client go', async () => {
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

    test('may be killed by a reset, without harm to others', async () => {
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
      expect(await server.wrapped.stop()).toMatchObject(exit);
    });
  });
}
