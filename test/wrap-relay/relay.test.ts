import { expect, onTestFinished, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { isAlive, processTree } from '../support/process-tree.js';
import { Wrapped, wrapServer } from '../support/wrapped.js';
import { keeperOf } from './keeper-of.js';

const options = ['--cert', 'auto'];

function relayOf(keeper: number): number {
  const [, ...children] = processTree(keeper);
  if (children.length !== 1) throw new Error(`${children.length} children of the keeper`);
  return children[0] ?? 0;
}

test('A relay that is killed takes only its own connections with it, and is started again', async () => {
  const server = await wrapServer('echo_thread', [], { options });
  const inPlace = await Client.open(server.port);
  const relayed = await Client.open(server.port, { secure: true });
  await echo(relayed, { bytes: 1000, seed: 1 });
  const relay = relayOf(keeperOf(await server.serverPid()));
  process.kill(relay, 'SIGKILL');
  while ((await relayed.next()).kind === 'data');
  await server.ended();
  await echo(inPlace, { bytes: 100_000, seed: 2 });
  const next = await Client.open(server.port, { secure: true });
  await echo(next, { bytes: 100_000, seed: 3 });
  expect(relayOf(keeperOf(await server.serverPid()))).not.toBe(relay);
});

test('Relay and keeper end with the tree', async () => {
  const server = await wrapServer('echo_thread', [], { options });
  const client = await Client.open(server.port, { secure: true });
  await echo(client, { bytes: 1000, seed: 4 });
  const keeper = keeperOf(await server.serverPid());
  const relay = relayOf(keeper);
  await server.stop();
  await client.receiveToClose({ answering: true });
  await expect.poll(() => [keeper, relay].filter(isAlive), { timeout: 20_000 }).toEqual([]);
});

test('A daemon in another root, as another user, without a descriptor left, has wss:// and sees its clients', async () => {
  const port = await freePort();
  const command = ['python3', 'test/wrap-relay/guest.py', String(port)];
  const guest = new Wrapped(port, command, { options });
  const pid = Number((await guest.output.line(/^ready /)).slice('ready '.length));
  onTestFinished(() => {
    process.kill(pid, 'SIGKILL');
  });
  for (let i = 1; i <= 2; i++) {
    const client = await Client.open(port, { secure: true });
    const seen = client.connection.socket.localPort;
    for (const by of ['accept', 'peer', 'child']) {
      await guest.output.line(new RegExp(`^${by} ${seen}$`));
    }
    await guest.output.line(new RegExp(`^local ${port}$`), i);
    await echo(client, { bytes: 100_000, seed: i });
    await client.close(1000);
    await guest.output.line(/^end$/, i);
  }
});
