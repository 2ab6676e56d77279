import { describe, expect, test } from 'vitest';
import { Client, OPCODE } from '../support/client/index.js';
import { allDialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

/* --idle-timeout, where the program serves the connection and where the relay does. */

const SECONDS = 0.5;
const soon = { options: ['--idle-timeout', String(SECONDS), '--heartbeat', '0'] };
/** From our Close to the breaking off of a client that does not answer it. */
const PATIENCE_S = 5;

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await action();
  return (performance.now() - begun) / 1000;
}

describe('A connection without payload', () => {
  test.for(['echo_epoll', 'echo_edge', 'echo_thread', 'echo_fork', 'echo_select', 'echo_poll'])(
    'of %s is closed with 1001, and the program sees an end when the client has answered',
    async (name) => {
      const server = await wrapServer(name, [], soon);
      const client = await Client.open(server.port);
      const peer = `127.0.0.1:${client.connection.socket.localPort}`;
      const took = await seconds(async () => {
        expect((await client.receiveToClose({ answering: false })).code).toBe(1001);
      });
      expect(took).toBeGreaterThan(SECONDS * 0.9);
      await client.close(1001);
      const closed = await server.logged('closed', { code: 1001, cause: 'idle' });
      expect(closed.subject).toBe(peer);
      expect(Number(closed.fields.get('seconds'))).toBeLessThan(PATIENCE_S);
    },
  );

  test.for(allDialects)('is closed in %s', async (dialect) => {
    const server = await wrapServer('echo_epoll', [], soon);
    const client = await Client.open(server.port, { dialect });
    const took = await seconds(async () => {
      expect((await client.receiveToClose({ answering: true })).data).toHaveLength(0);
    });
    expect(took).toBeGreaterThan(SECONDS * 0.9);
    await server.logged('closed', { cause: 'idle' });
  });

  test('is broken off when the client does not answer the Close', { timeout: 20_000 }, async () => {
    const server = await wrapServer('echo_epoll', [], soon);
    const client = await Client.open(server.port);
    expect((await client.receiveToClose({ answering: false })).code).toBe(1001);
    expect(await server.ended()).toBe('0');
    const closed = await server.logged('closed', { code: 1001, cause: 'idle' });
    expect(Number(closed.fields.get('seconds'))).toBeGreaterThan(SECONDS + PATIENCE_S - 1);
  });

  test('is closed by the relay, too', async () => {
    const server = await wrapServer('echo_epoll', [], {
      options: ['--cert', 'auto', ...soon.options],
    });
    const client = await Client.open(server.port, { secure: true });
    expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
    await server.logged('closed', { code: 1001, cause: 'idle' });
    expect(await server.ended()).toBe('0');
  });
});

test('Payload in either direction keeps a connection, pings and pongs do not', async () => {
  const server = await wrapServer('echo_epoll', [], soon);
  const client = await Client.open(server.port);
  const took = await seconds(async () => {
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 500));
      await client.send('x');
      expect((await client.receive(1)).toString()).toBe('x');
    }
  });
  expect(took).toBeGreaterThan(2 * SECONDS);
  expect(server.logLines('closed')).toEqual([]);
  const pinging = setInterval(() => void client.sendFrame('', { opcode: OPCODE.ping }), 100);
  for (let event = await client.next(); event.kind !== 'close'; event = await client.next()) {
    expect(event.kind).toBe('pong');
  }
  clearInterval(pinging);
});
