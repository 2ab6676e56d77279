import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { serverPath, WrappedServer, wrapServer } from '../support/wrapped.js';

const library = serverPath('libearly_library.so');

describe('A library whose constructor uses sockets before ours is ready', () => {
  test('may be one that the program is linked with, and open the listening socket', async () => {
    const port = await freePort();
    const env = { EARLY_PORT: String(port) };
    const server = new WrappedServer(port, [serverPath('echo_early'), String(port)], { env });
    await server.output.line(/^ready /);
    const client = await Client.open(port, { dialect: 'rfc6455' });
    await echo(client, { bytes: 100_000, seed: 1 });
    await client.close();
  });

  test('may be preloaded behind ours', async () => {
    const server = await wrapServer('echo_blocking', [], { env: { LD_PRELOAD: library } });
    const client = await Client.open(server.port, { dialect: 'rfc6455' });
    await echo(client, { bytes: 100_000, seed: 1 });
    await client.close();
  });

  test('may be preloaded before ours', async () => {
    const under = ['sh', '-c', `LD_PRELOAD="${library}:$LD_PRELOAD" exec "$@"`, 'sh'];
    const server = await wrapServer('echo_blocking', [], { under });
    const client = await Client.open(server.port, { dialect: 'rfc6455' });
    await echo(client, { bytes: 100_000, seed: 1 });
    await client.close();
  });

  test('works by itself, too', () => {
    expect(execaSync('true', { env: { LD_PRELOAD: library } }).exitCode).toBe(0);
  });
});
