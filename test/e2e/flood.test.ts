import { expect, test } from 'vitest';
import { constants } from '../../src/native/addon.js';
import { Client, Connection, makeOpening } from '../support/client/index.js';
import { untilAsleep } from '../support/process.js';
import { type WrappedServer, wrapServer } from '../support/wrapped.js';

const FLOOD = 200;

/** A good connection behind all the bad ones; resolves when its request has been sent. */
async function comeLast(server: WrappedServer) {
  await server.output.line(/^flooded$/);
  const connection = await Connection.open(server.port);
  const opening = makeOpening(server.port);
  await connection.write(opening.request);
  return {
    greeted: async () => {
      const client = await Client.opened(connection, opening);
      expect((await client.receive(5)).toString()).toBe('hello');
      return Number((await server.output.line(/^served /)).slice('served '.length));
    },
  };
}

test.for([
  ['edge', 'nonblock'],
  ['exclusive', 'nonblock'],
  ['oneshot', 'nonblock'],
  ['level', 'nonblock'],
  ['poll', 'nonblock'],
  ['edge'],
  ['exclusive'],
  ['level'],
  ['poll'],
])('A flood of bad requests keeps nobody from its other descriptors: %s', async (words) => {
  const server = await wrapServer('flooded', [...words, `flood=${FLOOD}`]);
  const pid = await server.serverPid();
  const { greeted } = await comeLast(server);
  process.kill(pid, 'SIGUSR1');
  expect(await greeted()).toBeGreaterThanOrEqual(
    Math.floor(FLOOD / constants.limits.refusalsAtATime),
  );
});

test('A thread that sleeps in an edge-triggered set is woken for what another has left', async () => {
  const server = await wrapServer('flooded', ['sleeper', 'nonblock', `flood=${FLOOD}`]);
  const pid = await server.serverPid();
  const { greeted } = await comeLast(server);
  process.kill(pid, 'SIGUSR1');
  await server.output.line(/^sleeping$/);
  await untilAsleep(pid);
  process.kill(pid, 'SIGUSR1');
  await greeted();
});

test('A program that is told of connections by a signal finds all that are there', async () => {
  const server = await wrapServer('flooded', ['signal', 'nonblock', `flood=${FLOOD}`]);
  const pid = await server.serverPid();
  const { greeted } = await comeLast(server);
  process.kill(pid, 'SIGUSR1');
  await greeted();
});
