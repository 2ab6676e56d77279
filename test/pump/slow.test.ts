import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Client, makeFrame, OPCODE } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { Random } from '../support/random.js';
import { dialects } from '../support/styles.js';
import { openPair, RunningPump, toPort } from './running-pump.js';
import { startTarget } from './targets.js';

const MIB = 1 << 20;
const BYTES = 48 * MIB;

/** Resolves when the value has stayed the same for a while. */
async function settled(value: () => number): Promise<number> {
  for (let before = -1; ; ) {
    const now = value();
    if (now === before) return now;
    before = now;
    await setTimeout(100);
  }
}

test.for(dialects)(
  'A client that does not read stops the target, and gets everything later, in $speaking',
  async ({ opening }) => {
    const { running, client, socket } = await openPair(opening);
    const bytes = new Random(7).bytes(BYTES);
    socket.end(bytes);
    expect(await settled(() => running.pump.counters().bytesOut)).toBeLessThan(BYTES);
    const { data } = await client.receiveToClose();
    expect(hashOf(data)).toBe(hashOf(bytes));
  },
);

test('A target that does not read stops the client, and gets everything later', async () => {
  const hash = createHash('sha256');
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let go = (): void => undefined;
  const target = await startTarget((socket) => {
    socket.pause();
    go = () =>
      socket
        .on('data', (chunk) => hash.update(chunk))
        .on('end', end)
        .resume();
  });
  const running = new RunningPump({}, toPort(target));
  const client = await Client.open(await running.listen());
  const bytes = new Random(8).bytes(BYTES);
  const sent = (async () => {
    for (let at = 0; at < BYTES; at += 1 << 16)
      await client.send(bytes.subarray(at, at + (1 << 16)));
    await client.close(1000);
  })();
  expect(await settled(() => running.pump.counters().bytesIn)).toBeLessThan(BYTES);
  go();
  await Promise.all([sent, ended]);
  expect(hash.digest('hex')).toBe(hashOf(bytes));
});

test('A client that does not read gets the newest Pong when it does', async () => {
  const { running, client, socket } = await openPair();
  socket.write(Buffer.alloc(BYTES));
  await settled(() => running.pump.counters().bytesOut);
  for (const text of ['first', 'second', 'third']) await client.ping(text);
  await client.send('after the pings');
  await once(socket, 'data');
  const pongs: string[] = [];
  for (let received = 0; received < BYTES || pongs.at(-1) !== 'third'; ) {
    const event = await client.next();
    if (event.kind === 'pong') pongs.push(event.payload.toString());
    else if (event.kind === 'data') received += event.payload.length;
  }
  expect(pongs.at(-1)).toBe('third');
});

test('A client that takes all it can get does not keep others from being served', async () => {
  const flood = Buffer.alloc(MIB, 1);
  const target = await startTarget((socket) => {
    socket.once('data', (first) => {
      if (first.toString() !== 'flood') {
        socket.write(first);
        socket.pipe(socket);
        return;
      }
      const pour = () => {
        while (socket.write(flood));
        socket.once('drain', pour);
      };
      pour();
    });
  });
  const running = new RunningPump({}, toPort(target));
  const port = await running.listen();
  const floods = await Promise.all([1, 2].map(() => Client.open(port)));
  for (const client of floods) await client.send('flood');
  let over = false;
  const poured = floods.map(async (client) => {
    while (!over) await client.receive(MIB);
  });
  const client = await Client.open(port);
  for (let i = 0; i < 10; i++) {
    await client.send('ping');
    expect((await client.receive(4)).toString()).toBe('ping');
  }
  over = true;
  await Promise.all(poured);
});

test('Of thousands of Pings at once a few are answered, and the last', async () => {
  const { client } = await openPair();
  const ping = (number: number) => makeFrame(Buffer.from(`${number}`), { opcode: OPCODE.ping });
  const count = 5000;
  await client.sendBytes(Buffer.concat(Array.from({ length: count }, (_, i) => ping(i + 1))));
  const answered: number[] = [];
  while (answered.at(-1) !== count) {
    const event = await client.next();
    if (event.kind === 'pong') answered.push(Number(event.payload.toString()));
  }
  expect(answered.length).toBeLessThan(count / 4);
  expect(answered).toEqual([...answered].sort((a, b) => a - b));
});
