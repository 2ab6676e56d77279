import { describe, expect, test } from 'vitest';
import { Client, OPCODE } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

/* Plain ws:// connections of programs that sleep. */

const soon = { options: ['--heartbeat', '0.1', '--pong-timeout', '60'] };
const patient = { options: ['--heartbeat', '0.1', '--pong-timeout', '1'] };
const impatient = { options: ['--heartbeat', '0.1', '--pong-timeout', '0.2'] };

async function answer(client: Client): Promise<void> {
  expect(await client.next()).toEqual({ kind: 'ping', payload: Buffer.alloc(0) });
  await client.sendFrame('', { opcode: OPCODE.pong });
}

describe('A silent client', () => {
  test.for(['echo_epoll', 'echo_edge', 'echo_thread', 'echo_fork', 'echo_select'])(
    'of a program that sleeps is pinged, again and again; its pongs do not disturb %s',
    async (name) => {
      const server = await wrapServer(name, [], soon);
      const client = await Client.open(server.port);
      for (let i = 0; i < 3; i++) await answer(client);
      await client.send('hello');
      expect((await client.receive(5)).toString()).toBe('hello');
      await answer(client);
      expect(server.output.matching(/^ended /)).toEqual([]);
    },
  );

  test('that does not answer is given up, and the program sees an end', async () => {
    const server = await wrapServer('echo_epoll', [], impatient);
    const client = await Client.open(server.port);
    const peer = `127.0.0.1:${client.connection.socket.localPort}`;
    expect((await client.next()).kind).toBe('ping');
    expect((await client.next()).kind).toBe('end');
    expect(await server.ended()).toBe('0');
    expect((await server.logged('closed')).fields.get('code')).toBe('1006');
    expect(server.logLines('closed')[0]?.subject).toBe(peer);
  });

  test('of a program that does not read is not given up when it has answered', async () => {
    const server = await wrapServer('habits', ['deaf'], patient);
    const client = await Client.open(server.port);
    await answer(client);
    for (let i = 0; i < 2; i++) expect((await client.next()).kind).toBe('ping');
    expect(server.logLines('closed')).toEqual([]);
  });

  test('is not given up while its pong is being read', async () => {
    const server = await wrapServer('paused', ['ms=2000'], {
      options: ['--heartbeat', '0.5', '--pong-timeout', '0.5'],
    });
    const client = await Client.open(server.port);
    await client.send('a');
    expect((await client.receive(1)).toString()).toBe('a');
    for (let i = 0; i < 5; i++) await answer(client);
    expect(server.logLines('closed')).toEqual([]);
  });

  test('that speaks Hixie is not pinged, and not given up', async () => {
    const server = await wrapServer('echo_epoll', [], impatient);
    const hixie = await Client.open(server.port, { dialect: 'hixie76' });
    const silent = await Client.open(server.port);
    expect((await silent.next()).kind).toBe('ping');
    expect((await silent.next()).kind).toBe('end');
    await hixie.send('still here');
    expect((await hixie.receive(10)).toString()).toBe('still here');
  });
});

test('With --heartbeat 0 there is no ping', async () => {
  const server = await wrapServer('echo_epoll', [], { options: ['--heartbeat', '0'] });
  const pinging = await wrapServer('echo_epoll', [], soon);
  const [client, other] = [await Client.open(server.port), await Client.open(pinging.port)];
  for (let i = 0; i < 5; i++) await answer(other);
  await client.send('x');
  expect((await client.next()).kind).toBe('data');
});

describe.for(dialects.slice(0, 2))('To a client that speaks $speaking', ({ opening }) => {
  test('pings come between frames, and lose no byte of a program that sends all the time', async () => {
    const server = await wrapServer('echo_calls', [], {
      options: ['--heartbeat', '0.001', '--pong-timeout', '60'],
    });
    const client = await Client.open(server.port, opening);
    const bytes = new Random(3).bytes(4 << 20);
    const sent = client.send(bytes);
    const received: Buffer[] = [];
    for (let left = bytes.length; left > 0; ) {
      const event = await client.next();
      if (event.kind === 'ping') continue;
      if (event.kind !== 'data') throw new Error(`instead of data: ${event.kind}`);
      received.push(event.payload);
      left -= event.payload.length;
    }
    await sent;
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
  });
});
