import { describe, expect, test } from 'vitest';
import { makeFrame, OPCODE } from '../support/client/frame.js';
import { Client, Connection } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for(dialects)('To a client that speaks $speaking', ({ opening }) => {
  test('a descriptor that dup2 replaces is closed', async () => {
    const server = await wrapServer('habits', ['replaced']);
    const client = await Client.open(server.port, opening);
    expect((await client.receiveToClose()).data.toString()).toBe('bye');
  });

  test('a program that takes what it reads for a string gets no more than was sent', async () => {
    const server = await wrapServer('habits', ['string']);
    const client = await Client.open(server.port, opening);
    await client.send('hello');
    expect((await client.receiveToClose()).data.toString()).toBe('message: hello');
  });

  test('what a program has printed when it returns arrives before the Close', async () => {
    const server = await wrapServer('habits', ['printf']);
    const client = await Client.open(server.port, opening);
    expect((await client.receiveToClose()).data.toString()).toBe('printed\n');
  });

  test('the end of a child of another user is not the end', async () => {
    const server = await wrapServer('habits', ['user']);
    const client = await Client.open(server.port, opening);
    expect((await client.receiveToClose()).data.toString()).toBe('still here');
  });

  test('what a child of vfork does to its descriptors is not the end', async () => {
    const server = await wrapServer('habits', ['vforked']);
    const client = await Client.open(server.port, opening);
    expect((await client.receiveToClose()).data.toString()).toBe('still here');
  });

  test('a splice into a pipe that takes nothing loses nothing', async () => {
    const server = await wrapServer('habits', ['spliced']);
    const client = await Client.open(server.port, opening);
    await client.send('hello');
    expect((await client.receiveToClose()).data.toString()).toBe('hello');
  });

  test('closefrom closes on a kernel without close_range, too', async () => {
    const server = await wrapServer('habits', ['closefrom']);
    const client = await Client.open(server.port, opening);
    await client.receiveToClose();
  });

  test('a write on a closed descriptor does not reach the next owner of its number', async () => {
    const server = await wrapServer('habits', ['reused']);
    const first = await Client.open(server.port, opening);
    await first.receive(1);
    await first.send('x');
    const second = await Client.open(server.port, opening);
    expect((await second.receive(6)).toString()).toBe('second');
    for (let event = await first.next(); event.kind === 'data'; ) event = await first.next();
    expect((await second.receiveToClose()).data.toString()).toBe('');
  });
});

test('Connections of children that a signal has ended are given up, and told', async () => {
  const server = await wrapServer('habits', ['signalled']);
  const first = await Client.open(server.port);
  const peer = `127.0.0.1:${first.connection.socket.localPort}`;
  await first.send('x');
  expect((await first.next()).kind).toBe('end');
  let given = false;
  const told = server.logged('closed', { code: 1006 }).then((line) => {
    given = true;
    return line;
  });
  // The library looks at a connection again when it is a second old and others come.
  while (!given) {
    const other = await Client.open(server.port);
    await other.close();
    await other.next();
  }
  expect((await told).subject).toBe(peer);
});

test('A client that sends pings without end does not hold up another one', async () => {
  const server = await wrapServer('echo_edge');
  const flooding = await Client.open(server.port);
  const pings = Buffer.concat(
    Array.from({ length: 10_000 }, () => makeFrame(Buffer.alloc(0), { opcode: OPCODE.ping })),
  );
  let flood = true;
  const flooded = (async () => {
    while (flood) await flooding.connection.write(pings);
  })();
  flooding.connection.socket.resume();
  const client = await Client.open(server.port);
  for (let i = 0; i < 20; i++) {
    await client.send('hello');
    expect((await client.receive(5)).toString()).toBe('hello');
  }
  flood = false;
  await flooded;
});

test('A handshake ends at its deadline although the program is never idle', async () => {
  const server = await wrapServer('echo_poll', [], { options: ['--handshake-timeout', '0.5'] });
  const silent = await Connection.open(server.port);
  await silent.write(Buffer.from('GET / HTTP/1.1\r\n'));
  const client = await Client.open(server.port);
  while (server.logLines('refused').length === 0) {
    await client.send('hello');
    await client.receive(5);
  }
  expect(server.logLines('refused')[0]?.fields.get('status')).toBe('408');
});
