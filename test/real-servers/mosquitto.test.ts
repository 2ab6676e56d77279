import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { hashOf } from '../support/hash.js';
import { Random } from '../support/random.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = 'listener PORT 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n';

async function start(): Promise<RealServer> {
  const files = { 'mosquitto.conf': CONFIGURATION };
  return RealServer.start(catalogue.mosquitto, { files });
}

async function connect(server: RealServer, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`ws://127.0.0.1:${server.port}/`, {
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    ...options,
  });
  onTestFinished(() => void client.end(true));
  return client;
}

/** The payload of the next message. */
async function message(client: MqttClient): Promise<Buffer> {
  return new Promise((resolve) => client.once('message', (_, payload) => resolve(payload)));
}

requires(['mosquitto'], 'mosquitto', () => {
  test('serves MQTT clients that speak WebSocket, retained and long messages among them', async () => {
    const server = await start();
    const publisher = await connect(server, { clientId: 'publisher' });
    const opened = await server.wrapped.logged('opened', { subprotocol: 'mqtt' });
    await server.wrapped.errors.line(
      new RegExp(`New client connected from ${opened.subject} as publisher`),
    );

    const long = new Random(1).bytes(100 << 10);
    await publisher.publishAsync('kept', long, { retain: true, qos: 1 });
    const subscriber = await connect(server, { clientId: 'subscriber' });
    const kept = message(subscriber);
    await subscriber.subscribeAsync('kept');
    expect(hashOf(await kept)).toBe(hashOf(long));

    await subscriber.subscribeAsync('news', { qos: 2 });
    for (const qos of [0, 1, 2] as const) {
      const news = message(subscriber);
      await publisher.publishAsync('news', `at ${qos}`, { qos });
      expect((await news).toString()).toBe(`at ${qos}`);
    }
    await publisher.endAsync();
    await subscriber.endAsync();
    await server.finish();
  });

  test('serves twenty at once, each message to each', async () => {
    const server = await start();
    const first = await connect(server);
    await first.endAsync();
    await server.settle();
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
    const received = clients.map((client) => {
      const hashes: string[] = [];
      client.on('message', (_, payload) => hashes.push(hashOf(payload)));
      return hashes;
    });
    await Promise.all(clients.map((client) => client.subscribeAsync('all', { qos: 1 })));
    const random = new Random(2);
    const messages = clients.map(() => random.bytes(random.size(100_000)));
    await Promise.all(
      clients.map((client, i) => client.publishAsync('all', messages[i] ?? '', { qos: 1 })),
    );
    const due = messages.map(hashOf).sort();
    for (const hashes of received)
      await expect.poll(() => [...hashes].sort(), { timeout: 20_000 }).toEqual(due);
    await Promise.all(clients.map((client) => client.endAsync()));
    await server.finish();
  });

  test('publishes the will of a client whose connection is cut', async () => {
    const server = await start();
    const watcher = await connect(server);
    await watcher.subscribeAsync('gone');
    const will = message(watcher);
    const client = await connect(server, { will: { topic: 'gone', payload: Buffer.from('so') } });
    client.stream.destroy();
    expect((await will).toString()).toBe('so');
    await watcher.endAsync();
    await server.finish();
  });
});
