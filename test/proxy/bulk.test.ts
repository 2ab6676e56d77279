import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { makeIdentity } from '../../src/relay/identity.js';
import { listen } from '../../src/web/listen.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { echoTarget, startProxy } from '../support/proxy.js';
import { Random } from '../support/random.js';

/** For more than fits into a test run: BULK_MIB=1024 npx vitest run test/proxy/bulk.test.ts */
const MESSAGES = Number(process.env['BULK_MIB'] ?? 64);
const MESSAGE_BYTES = 1 << 20;
/** Different messages; a prime number, so that no power of two of them is missed unseen. */
const DIFFERENT = 31;

async function tlsEchoTarget(): Promise<number> {
  const server = createServer({ ...(await makeIdentity()), allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    client.pipe(client);
  });
  onTestFinished(() => void server.close());
  return await listen(server, 0, '127.0.0.1');
}

interface Path {
  readonly name: string;
  readonly options: string[];
  readonly opening: ClientOptions;
  readonly target: () => Promise<number>;
}

const toTls = { options: ['--ssl-target', '--insecure-target'], target: tlsEchoTarget };
const paths: Path[] = [
  { name: 'ws://', options: [], opening: {}, target: echoTarget },
  {
    name: 'ws:// in base64',
    options: [],
    opening: { subprotocols: ['base64'] },
    target: echoTarget,
  },
  { name: 'ws:// in hixie76', options: [], opening: { dialect: 'hixie76' }, target: echoTarget },
  { name: 'wss://', options: ['--cert', 'auto'], opening: { secure: true }, target: echoTarget },
  { name: 'ws:// to a TLS target', opening: {}, ...toTls },
];

test.for(paths)(
  '$name carries bulk there and back unchanged',
  { timeout: 600_000 },
  async (path) => {
    const proxy = await startProxy(await path.target(), ...path.options);
    const client = await Client.open(proxy.port, path.opening);
    const random = new Random(1);
    const payloads = Array.from({ length: DIFFERENT }, () => random.bytes(MESSAGE_BYTES));
    const frames = payloads.map((payload) => client.frame(payload));
    const sent = createHash('sha1');
    const send = async () => {
      for (let i = 0; i < MESSAGES; i++) {
        sent.update(payloads[i % DIFFERENT] as Buffer);
        await client.sendBytes(frames[i % DIFFERENT] as Buffer);
      }
    };
    const received = createHash('sha1');
    const receive = async () => {
      for (let left = MESSAGES * MESSAGE_BYTES; left > 0; ) {
        const event = await client.next();
        if (event.kind !== 'data') throw new Error(`instead of data: ${event.kind}`);
        received.update(event.payload);
        left -= event.payload.length;
      }
    };
    await Promise.all([send(), receive()]);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    client.connection.socket.destroy();
    await once(client.connection.socket, 'close');
  },
);
