import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { stopRecorder } from '../recording/recorded.js';
import { Client, Connection } from '../support/client/index.js';
import { stopProcess } from '../support/stopped-process.js';
import { allDialects } from '../support/styles.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { wrapServer } from '../support/wrapped.js';

/* --idle-timeout, where the program serves the connection and where the relay does. */

/** From our Close to the breaking off of a client that does not answer it. */
const PATIENCE_S = 5;
/** Times are compared to within a tick of the kernel's coarse clock. */
const TICK_S = 0.01;

function idleAfter(seconds: number): string[] {
  return ['--idle-timeout', String(seconds), '--heartbeat', '0'];
}

/** Tells the seconds since then. */
function stopwatch(): () => number {
  const begun = performance.now();
  return () => (performance.now() - begun) / 1000;
}

describe('A connection without payload', () => {
  const SECONDS = 0.5;
  const options = idleAfter(SECONDS);

  test.for(['echo_epoll', 'echo_edge', 'echo_thread', 'echo_fork', 'echo_select', 'echo_poll'])(
    'of %s is closed with 1001, and the program sees an end when the client has answered',
    async (name) => {
      const server = await wrapServer(name, [], { options });
      const age = stopwatch();
      const client = await Client.open(server.port);
      const peer = `127.0.0.1:${client.connection.socket.localPort}`;
      expect((await client.receiveToClose({ answering: false })).code).toBe(1001);
      expect(age()).toBeGreaterThan(SECONDS - TICK_S);
      await client.close(1001);
      const closed = await server.logged('closed', { code: 1001, cause: 'idle' });
      expect(closed.subject).toBe(peer);
      expect(Number(closed.fields.get('seconds'))).toBeLessThan(PATIENCE_S);
    },
  );

  test.for(allDialects)('is closed in %s', async (dialect) => {
    const server = await wrapServer('echo_epoll', [], { options });
    const age = stopwatch();
    const client = await Client.open(server.port, { dialect });
    expect((await client.receiveToClose({ answering: true })).data).toHaveLength(0);
    expect(age()).toBeGreaterThan(SECONDS - TICK_S);
    await server.logged('closed', { cause: 'idle' });
  });

  test('is broken off when the client does not answer the Close', { timeout: 20_000 }, async () => {
    const server = await wrapServer('echo_epoll', [], { options });
    const client = await Client.open(server.port);
    expect((await client.receiveToClose({ answering: false })).code).toBe(1001);
    expect(await server.ended()).toBe('0');
    const closed = await server.logged('closed', { code: 1001, cause: 'idle' });
    expect(Number(closed.fields.get('seconds'))).toBeGreaterThan(SECONDS + PATIENCE_S - 1);
  });

  test('is closed by the relay, too', async () => {
    const server = await wrapServer('echo_epoll', [], { options: ['--cert', 'auto', ...options] });
    const client = await Client.open(server.port, { secure: true });
    expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
    await server.logged('closed', { code: 1001, cause: 'idle' });
    expect(await server.ended()).toBe('0');
  });
});

describe('Payload in one direction only', () => {
  const SECONDS = 2;
  const options = idleAfter(SECONDS);

  test('keeps a connection whose client sends to a program that says nothing', async () => {
    const server = await wrapServer('habits', ['mute'], { options });
    const client = await Client.open(server.port);
    const age = stopwatch();
    while (age() < 2.5 * SECONDS) {
      await client.send('x');
      await setTimeout(100);
    }
    const quiet = stopwatch();
    await client.send('x');
    expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
    expect(quiet()).toBeGreaterThan(SECONDS - TICK_S);
    await server.logged('closed', { code: 1001, cause: 'idle' });
  });

  test('keeps a connection whose program sends to a client that says nothing', async () => {
    const server = await wrapServer('habits', ['ticks'], { options });
    const client = await Client.open(server.port);
    const age = stopwatch();
    while (age() < 2.5 * SECONDS) await client.receive(1);
    expect(server.logLines('closed')).toEqual([]);
  });
});

test.for([
  { what: 'that waits', words: [] },
  { what: 'that is tried again and again', words: ['limited'] },
])('A write $what does not keep a connection whose client takes nothing', async ({ words }) => {
  const SECONDS = 0.5;
  const server = await wrapServer('paused', ['flooding', ...words], {
    options: idleAfter(SECONDS),
  });
  await Client.open(server.port);
  expect(await server.ended()).toBe('EPIPE');
  const closed = await server.logged('closed', { code: 1001, cause: 'idle' });
  // A second look has to show that it takes nothing.
  expect(Number(closed.fields.get('seconds'))).toBeLessThan(3 * SECONDS + PATIENCE_S + 1);
});

test('A client of the plain protocol is not ended', async () => {
  const server = await wrapServer('echo_epoll', [], { options: ['--also-tcp', ...idleAfter(0.5)] });
  const plain = await Connection.open(server.port);
  await plain.write(Buffer.from('x'));
  expect((await plain.read())?.toString()).toBe('x');
  for (let i = 0; i < 2; i++) {
    const client = await Client.open(server.port);
    expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
  }
  await plain.write(Buffer.from('y'));
  expect((await plain.read())?.toString()).toBe('y');
});

test('Pings and pongs do not keep a connection', async () => {
  const server = await wrapServer('echo_epoll', [], { options: idleAfter(1) });
  const client = await Client.open(server.port);
  const pinging = setInterval(() => void client.ping(), 100);
  try {
    let event = await client.next();
    for (; event.kind === 'pong'; event = await client.next());
    expect(event).toMatchObject({ kind: 'close', code: 1001 });
  } finally {
    clearInterval(pinging);
  }
  await client.close(1001);
  await server.logged('closed', { code: 1001, cause: 'idle' });
});

test.for(['echo_epoll', 'echo_select', 'echo_poll', 'echo_thread'])(
  'What came while %s was stopped for longer keeps its connection',
  async (name) => {
    const SECONDS = 1;
    const server = await wrapServer(name, [], { options: idleAfter(SECONDS) });
    const client = await Client.open(server.port);
    const goOn = await stopProcess(await server.serverPid());
    await client.send('x');
    await setTimeout(2000 * SECONDS);
    goOn();
    expect((await client.receive(1)).toString()).toBe('x');
    await client.send('y');
    expect((await client.receive(1)).toString()).toBe('y');
  },
);

describe('What another thread moves just when it is time for a look keeps a connection:', () => {
  const SECONDS = 1;
  /** When the second piece is sent, after the first: the read of it is due for a look 300 ms later, the write a second later. */
  const SENT_MS = 700 * SECONDS;

  test.for([
    { call: 'a read', ms: 900, habits: [] },
    { call: 'a read with a time limit', ms: 900, habits: ['limited'] },
    { call: 'a read that does not wait', ms: 900, habits: ['nonblock'] },
    { call: 'a write', ms: 1500, habits: ['writing'] },
    { call: 'a write that does not wait', ms: 1500, habits: ['writing', 'nonblock'] },
  ])('$call, which has not returned yet', async ({ ms, habits }) => {
    const server = await wrapServer('paused', [`ms=${ms}`, ...habits], {
      options: idleAfter(SECONDS),
    });
    const client = await Client.open(server.port);
    await client.send('a');
    expect((await client.receive(1)).toString()).toBe('a');
    await setTimeout(SENT_MS);
    await client.send('b');
    await setTimeout(ms - 100);
    expect((await client.receive(1)).toString()).toBe('b');
    await client.send('c');
    expect((await client.receive(1)).toString()).toBe('c');
    const { data, code } = await client.receiveToClose({ answering: true });
    expect({ data: data.toString(), code }).toEqual({ data: '', code: 1001 });
    await server.logged('closed', { code: 1001, cause: 'idle' });
  });
});

test('A read that waits for much is kept by what comes of it', async () => {
  const SECONDS = 1;
  const server = await wrapServer('habits', ['patient'], { options: idleAfter(SECONDS) });
  const client = await Client.open(server.port);
  for (const letter of 'abcde') {
    await client.send(letter);
    await setTimeout(500 * SECONDS);
  }
  expect((await client.receive(5)).toString()).toBe('abcde');
});

test.for([
  { habit: 'limited', what: 'waits in a read that is not cut into parts' },
  { habit: 'looking', what: 'waits in a look that is not cut into parts' },
  { habit: 'spinning', what: 'reads again and again, and gets nothing' },
])('A connection whose program $what is closed', async ({ habit }) => {
  const SECONDS = 1;
  const server = await wrapServer('paused', [habit], { options: idleAfter(SECONDS) });
  const age = stopwatch();
  const client = await Client.open(server.port);
  expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
  await server.logged('closed', { code: 1001, cause: 'idle' });
  expect(age()).toBeLessThan(4 * SECONDS);
  expect(await server.ended()).toBe('0');
});

/* The opening of a connection waits for a recorder that has no room; other threads look for idle connections meanwhile. */
test('A connection whose opening takes long is not idle from the beginning', async () => {
  const SECONDS = 1;
  const file = join(temporaryFolder(), 'recording');
  const server = await wrapServer('echo_thread', [], {
    options: [...idleAfter(SECONDS), '--record', file],
  });
  // Its thread looks after a second, when those that come now are half as old.
  await Client.open(server.port);
  const flooding = await Client.open(server.port);
  await setTimeout(500 * SECONDS);
  await stopRecorder(file);
  void flooding.send(Buffer.alloc(1 << 20));
  for (let count = 3, slow = false; !slow; count++) {
    const age = stopwatch();
    const client = await Client.open(server.port);
    const closed = client.next().then((event) => {
      expect(event).toMatchObject({ kind: 'close', code: 1001 });
      expect(age()).toBeGreaterThan(SECONDS - TICK_S);
    });
    await Promise.race([server.accepted(count), closed]);
    slow = age() > SECONDS / 4;
    closed.catch(() => undefined);
  }
});
