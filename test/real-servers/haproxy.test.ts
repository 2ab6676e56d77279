import { createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { Client, echo } from '../support/client/index.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = `
global
  log stderr format raw local0 info
defaults
  mode tcp
  log global
  option tcplog
  timeout connect 10s
  timeout client 60s
  timeout server 60s
frontend wrapped
  bind 127.0.0.1:PORT
  OPTION
  default_backend behind
backend behind
  server one 127.0.0.1:BEHIND send-proxy
`;

/** What haproxy passes connections on to: echoes, after a line that tells who called haproxy. */
async function startBehind(first: string[]): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('readable', () => {
      const chunk: Buffer = socket.read();
      const end = chunk.indexOf('\r\n') + 2;
      first.push(chunk.toString('latin1', 0, end - 2));
      if (chunk.length > end) socket.unshift(chunk.subarray(end));
      pipeline(socket, socket, () => undefined);
    });
  });
  onTestFinished(() => void server.close());
  return listen(server, 0, '127.0.0.1');
}

requires(['haproxy'], 'haproxy in TCP mode', () => {
  test.for(['option splice-request', 'option nolinger'])(
    'with %s passes on 8 MiB each way, eight at once, and whose they are',
    async (option) => {
      const first: string[] = [];
      const behind = await startBehind(first);
      const server = await RealServer.start(catalogue.haproxy, {
        files: { 'haproxy.cfg': CONFIGURATION },
        words: {
          BEHIND: behind,
          OPTION: option.includes('splice') ? `${option}\n  option splice-response` : option,
        },
      });
      const session = async (seed: number) => {
        const client = await Client.open(server.port);
        await echo(client, { bytes: 8 << 20, seed });
        await client.close(1000);
        await client.receiveToClose();
        return client.connection.socket.localPort;
      };
      await session(0);
      await server.settle();
      const ports = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(session));
      for (const port of ports) {
        expect(first).toContain(`PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${server.port}`);
        await server.wrapped.errors.line(new RegExp(`^127\\.0\\.0\\.1:${port} \\[`));
      }
      await server.finish({ code: null, signal: 'SIGTERM' });
    },
  );
});
