import { once } from 'node:events';
import { test } from 'vitest';
import { carryBulk } from '../support/bulk.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

interface Path {
  readonly name: string;
  readonly server: string;
  readonly words: string[];
  readonly options: string[];
  readonly opening: ClientOptions;
}

const byTls = { server: 'echo_thread', words: [], options: ['--cert', 'auto'] };
const midstream = { server: 'echo_exec', words: [`command=${serverPath('copy_static')}`] };

const paths: Path[] = [
  { name: 'wss://', ...byTls, opening: { secure: true } },
  {
    name: 'wss:// in base64',
    ...byTls,
    opening: { secure: true, subprotocols: ['base64'] },
  },
  { name: 'ws:// handed over in midstream', ...midstream, options: [], opening: {} },
];

test.for(paths)(
  '$name carries bulk there and back unchanged',
  { timeout: 600_000 },
  async ({ server: name, words, options, opening }) => {
    const server = await wrapServer(name, words, { options });
    const client = await Client.open(server.port, opening);
    await carryBulk(client);
    client.connection.socket.destroy();
    await once(client.connection.socket, 'close');
  },
);
