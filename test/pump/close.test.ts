import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { dialects } from '../support/styles.js';
import { openPair } from './running-pump.js';

const MIB = 1 << 20;

async function sendMany(client: Client, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 1 << 16) {
    await client.send(bytes.subarray(at, at + (1 << 16)));
  }
}

describe.for(dialects)('With a client that speaks $speaking', ({ opening }) => {
  const isHixie = opening.dialect.startsWith('hixie');

  test('all that the target has sent arrives before the Close', async () => {
    const { running, client, socket } = await openPair(opening);
    const bytes = new Random(1).bytes(8 * MIB);
    socket.end(bytes);
    const { data, code } = await client.receiveToClose();
    expect(data.equals(bytes)).toBe(true);
    expect(code).toBe(isHixie ? 0 : 1000);
    await client.close(1000);
    expect(await running.next('ended')).toMatchObject({ cause: 'target', closeCode: 1000 });
  });

  test('all that the client has sent before its Close arrives, and then the end', async () => {
    const { running, client, socket, received } = await openPair(opening);
    const bytes = new Random(2).bytes(8 * MIB);
    await sendMany(client, bytes);
    await client.close(3000, 'enough');
    expect((await received).equals(bytes)).toBe(true);
    expect((await client.receiveToClose()).code).toBe(isHixie ? 0 : 3000);
    socket.end();
    const ended = await running.next('ended');
    expect(ended).toMatchObject({
      cause: 'client',
      closeCode: isHixie ? 1005 : 3000,
      error: 'none',
    });
  });
});

test('A Close without a code is answered likewise', async () => {
  const { running, client, socket } = await openPair();
  socket.on('end', () => socket.end());
  await client.close();
  expect((await client.receiveToClose()).code).toBe(0);
  expect(await running.next('ended')).toMatchObject({ closeCode: 1005 });
});

test('What a target sends after the client has closed does not disturb it', async () => {
  const { running, client, socket, received } = await openPair();
  await client.close(1000);
  await client.receiveToClose();
  await received;
  socket.end(Buffer.alloc(4 * MIB));
  const [failed] = await once(socket, 'close');
  expect(failed).toBe(false);
  expect(await running.next('ended')).toMatchObject({ bytesOut: 0 });
});

test('After the end of the target the client can send until it closes', async () => {
  const { client, socket, received } = await openPair();
  socket.end();
  expect((await client.next()).kind).toBe('close');
  const bytes = new Random(3).bytes(MIB);
  await sendMany(client, bytes);
  await client.close(1000);
  expect((await received).equals(bytes)).toBe(true);
});

test('After the end of the client, without a Close, the target can send until it ends', async () => {
  const { running, client, socket, received } = await openPair();
  await client.send('request');
  client.connection.end();
  expect((await received).toString()).toBe('request');
  const bytes = new Random(4).bytes(4 * MIB);
  socket.end(bytes);
  const { data, code } = await client.receiveToClose();
  expect(data.equals(bytes)).toBe(true);
  expect(code).toBe(1000);
  expect(await running.next('ended')).toMatchObject({ cause: 'client' });
});

test('A reset by the client becomes one for the target', async () => {
  const { running, client, socket } = await openPair();
  const failure = once(socket, 'error');
  client.connection.reset();
  expect((await failure)[0]).toMatchObject({ code: 'ECONNRESET' });
  expect(await running.next('ended')).toMatchObject({ cause: 'lost', closeCode: 0 });
});

test('A reset by the target becomes Close 1011', async () => {
  const { running, client, socket } = await openPair();
  socket.resetAndDestroy();
  expect((await client.receiveToClose()).code).toBe(1011);
  client.connection.end();
  expect(await running.next('ended')).toMatchObject({ cause: 'lost', closeCode: 1011 });
});

test('A broken rule becomes a Close with its code, after what was good has been passed on', async () => {
  const { running, client, socket, received } = await openPair();
  await client.send('good');
  await client.sendBytes(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
  expect((await client.receiveToClose()).code).toBe(1002);
  expect((await received).toString()).toBe('good');
  client.connection.end();
  socket.end();
  const ended = await running.next('ended');
  expect(ended).toMatchObject({ cause: 'error', error: 'opcode', closeCode: 1002, bytesIn: 4 });
});

test('closeAll closes what is open, and leaves what comes later', async () => {
  const { running, port, client, socket } = await openPair();
  socket.on('end', () => socket.end());
  running.pump.closeAll(1001);
  expect((await client.receiveToClose()).code).toBe(1001);
  await client.close(1001);
  expect(await running.next('ended')).toMatchObject({ cause: 'stopped', closeCode: 1001 });
  await Client.open(port);
});

test('stop ends everything, and says so', async () => {
  const { running, client, socket, received } = await openPair();
  await client.send('x');
  await once(socket, 'data');
  running.pump.stop();
  expect(await running.next('ended')).toMatchObject({ cause: 'stopped', bytesIn: 1 });
  expect((await client.receiveToClose()).code).toBe(1001);
  expect((await received).toString()).toBe('x');
  expect(running.pump.counters()).toMatchObject({ open: 0, opening: 0 });
});

test('A connection that nobody ends is ended some time after its Close', async () => {
  const { running, client } = await openPair();
  await client.close(1000);
  await client.receiveToClose();
  expect(await running.next('ended')).toMatchObject({ cause: 'client' });
});
