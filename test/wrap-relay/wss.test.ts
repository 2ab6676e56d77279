import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, Connection, echo, Refused } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { curlHash } from '../support/http-clients.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const options = ['--cert', 'auto'];

describe('wss:// on the wrapped port', () => {
  test.for(allDialects)('carries %s, and the server sees who the client is', async (dialect) => {
    const server = await wrapServer('echo_epoll', [], { options });
    const client = await Client.open(server.port, { dialect, secure: true });
    const port = client.connection.socket.localPort;
    await server.output.line(new RegExp(`^accepted 127.0.0.1 ${port}$`));
    await echo(client, { bytes: 1 << 20, seed: 5 });
    const opened = await server.logged('opened', { port: server.port, tls: 'yes' });
    expect(opened.subject).toBe(`127.0.0.1:${port}`);
    await client.close(1000);
    expect((await server.logged('closed')).subject).toBe(`127.0.0.1:${port}`);
  });

  test.for(['fork', 'select', 'edge'])(
    'is served by a %s server, with ws:// beside it',
    async (kind) => {
      const server = await wrapServer(`echo_${kind}`, [], { options });
      const secure = await Client.open(server.port, { secure: true });
      await echo(secure, { bytes: 4 << 20, seed: 6, stalls: 1 });
      await secure.close(1000);
      await server.ended();
      await echo(await Client.open(server.port), { bytes: 100_000, seed: 7 });
    },
  );

  test('passes on what a server that speaks first has to say', async () => {
    const { port } = await wrapServer('speaks_first', ['size=300000'], { options });
    const client = await Client.open(port, { secure: true });
    expect((await client.receive(300_001)).subarray(-2).toString()).toBe('x\n');
  });

  test('is refused to a page of another origin', async () => {
    const server = await wrapServer('echo_thread', [], { options });
    const opening = Client.open(server.port, { secure: true, origin: 'https://evil.example' });
    await expect(opening).rejects.toThrow(Refused);
    await server.logged('refused', { status: 403, reason: 'origin', port: server.port });
    await server.accepted(0);
  });

  test('is all there is with --ssl-only', async () => {
    const server = await wrapServer('echo_thread', [], { options: [...options, '--ssl-only'] });
    await expect(Client.open(server.port)).rejects.toThrow(Refused);
    const line = await server.logged('refused', { status: 403, reason: 'secure-only' });
    expect(line.fields.has('try')).toBe(false);
    await echo(await Client.open(server.port, { secure: true }), { bytes: 1000, seed: 8 });
  });

  test('waits for a client that is slow to begin', async () => {
    const server = await wrapServer('echo_thread', [], { options });
    const silent = await Connection.open(server.port);
    const client = await Client.open(server.port, { secure: true });
    await echo(client, { bytes: 1000, seed: 9 });
    await server.accepted(1);
    silent.end();
  });
});

requires(['curl', 'openssl'], 'Web pages on the wrapped port', () => {
  const text = 'hello from a file';
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wswrap-web-'));
    await writeFile(join(folder, 'page.txt'), text);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are served over http:// and https://, and never reach the program', async () => {
    const server = await wrapServer('echo_thread', [], { options: [...options, '--web', folder] });
    const address = `localhost:${server.port}/page.txt`;
    expect(await curlHash(`http://${address}`)).toBe(hashOf(text));
    expect(await curlHash(`https://${address}`, '-k')).toBe(hashOf(text));
    expect(await server.accepted(0)).toBe(0);
  });

  test('have the certificate of --cert, with its chain', async () => {
    const cert = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    ]);
    const files = ['--cert', cert, '--key', key, '--web', folder];
    const server = await wrapServer('echo_thread', [], { options: files });
    const address = `localhost:${server.port}`;
    expect(await curlHash(`https://${address}/page.txt`, '--cacert', cert)).toBe(hashOf(text));
    const { stdout } = await execa({
      input: '',
    })`openssl s_client -connect ${address} -CAfile ${cert} -verify_return_error`;
    expect(stdout).toMatch('Verify return code: 0 (ok)');
  });
});
