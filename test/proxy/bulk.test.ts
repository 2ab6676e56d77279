import { once } from 'node:events';
import { createServer } from 'node:tls';
import { onTestFinished, test } from 'vitest';
import { makeIdentity } from '../../src/relay/identity.js';
import { listen } from '../../src/web/listen.js';
import { carryBulk } from '../support/bulk.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { echoTarget, startProxy } from '../support/proxy.js';

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
    await carryBulk(client);
    client.connection.socket.destroy();
    await once(client.connection.socket, 'close');
  },
);
