import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Identity, makeIdentity } from '../../src/relay/identity.js';
import { listen } from '../../src/web/listen.js';
import { Client, echo, makeOpening, Refused } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { wsproxy } from '../support/paths.js';
import { echoTarget, startProxy, startTarget, targetServer } from '../support/proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A target that answers with the first bytes that it gets, in hexadecimal, and ends. */
function firstBytesTarget(): Promise<number> {
  return startTarget((client) => {
    client.once('data', (bytes: Buffer) => client.end(bytes.toString('hex')));
  });
}

async function startTlsTarget(
  { cert, key }: Identity,
  onClient: (client: Socket) => void,
  address = '127.0.0.1',
): Promise<number> {
  const server = createTlsServer({ cert, key, allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    onClient(client);
  });
  onTestFinished(() => {
    server.close();
  });
  return await listen(server, 0, address);
}

describe('wsproxy', () => {
  test('listens on a Unix socket and connects one', async () => {
    const folder = temporaryFolder();
    const [inside, outside] = [`${folder}/target`, `${folder}/proxy`];
    const server = targetServer((client) => client.pipe(client));
    server.listen(inside);
    await once(server, 'listening');
    const proxy = await startProxy(['--unix-target', inside], '--unix-listen', outside);
    await echo(await Client.open(proxy.port), { bytes: 1 << 16, seed: 1 });

    const raw = connect(outside);
    onTestFinished(() => void raw.destroy());
    raw.write(makeOpening(0, { host: 'localhost' }).request);
    const [answer] = (await once(raw, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
    await proxy.errors.line(/^wsproxy: opened unix /);
  });

  test('tries all addresses of a name', async () => {
    // localhost is ::1 first, where nobody listens.
    const target = await echoTarget();
    const proxy = await startProxy([`localhost:${target}`]);
    await echo(await Client.open(proxy.port), { bytes: 1 << 16, seed: 1 });
  });

  test.for([
    [
      '--send-proxy',
      (port: number, own: number) =>
        Buffer.from(`PROXY TCP4 127.0.0.1 127.0.0.1 ${own} ${port}\r\n`).toString('hex'),
    ],
    [
      '--send-proxy-v2',
      (port: number, own: number) =>
        `0d0a0d0a000d0a515549540a2111000c7f0000017f000001${hex16(own)}${hex16(port)}`,
    ],
  ] as const)('tells the target of the client with %s', async ([option, preface]) => {
    const proxy = await startProxy(await firstBytesTarget(), option);
    const client = await Client.open(proxy.port);
    const { data } = await client.receiveToClose({ answering: true });
    const own = client.connection.socket.localPort ?? 0;
    expect(data.toString()).toBe(preface(proxy.port, own));
  });

  test('tells the target of the client that a trusted proxy names', async () => {
    const proxy = await startProxy(
      await firstBytesTarget(),
      ...['--send-proxy', '--trust-proxy', '127.0.0.0/8'],
    );
    const client = await Client.open(proxy.port, { fields: ['X-Forwarded-For: 192.0.2.7'] });
    const { data } = await client.receiveToClose({ answering: true });
    expect(Buffer.from(data.toString(), 'hex').toString()).toMatch(
      /^PROXY TCP4 192\.0\.2\.7 127\.0\.0\.1 \d+ \d+\r\n$/,
    );
  });

  test('speaks TLS to a target whose certificate it trusts, and to no other', async () => {
    const identity = await makeIdentity();
    const caFile = `${temporaryFolder()}/ca.pem`;
    writeFileSync(caFile, identity.cert);
    const target = await startTlsTarget(identity, (client) => client.pipe(client));
    const place = [`localhost:${target}`];
    const trusting = await startProxy(place, '--ssl-target', '--ssl-target-ca', caFile);
    const client = await Client.open(trusting.port);
    await echo(client, { bytes: 4 << 20, seed: 1, stalls: 1 });
    await client.close(1000);
    await client.receiveToClose();

    const careful = await startProxy(place, '--ssl-target');
    await expect(Client.open(careful.port)).rejects.toThrow(Refused);
    await careful.logged('refused', { status: 502, reason: 'target-refused' });
    await careful.errors.line(/^wsproxy: warning .*self-signed certificate/);

    const careless = await startProxy(place, '--ssl-target', '--insecure-target');
    await echo(await Client.open(careless.port), { bytes: 1 << 16, seed: 2 });
  });

  test('knows a TLS target by its address, whatever the zone', async () => {
    const identity = await makeIdentity();
    const caFile = `${temporaryFolder()}/ca.pem`;
    writeFileSync(caFile, identity.cert);
    const target = await startTlsTarget(identity, (client) => client.pipe(client), '::1');
    const trust = ['--ssl-target', '--ssl-target-ca', caFile];
    const proxy = await startProxy([`[::1%lo]:${target}`], ...trust);
    await echo(await Client.open(proxy.port), { bytes: 1 << 16, seed: 3 });
  });

  /** How wsproxy ends when it is to trust what is in that file. */
  async function trustsAndEnds(caFile: string, ...options: string[]) {
    const port = await freePort();
    const places = [`127.0.0.1:${port}`, `127.0.0.1:${port}`];
    const args = [wsproxy, '-f', ...options, '--ssl-target', '--ssl-target-ca', caFile, ...places];
    return await execa({ reject: false, timeout: 20_000 })`${process.execPath} ${args}`;
  }

  test.for([
    { what: 'in this process', options: [] },
    { what: 'in workers', options: ['--workers', '2'] },
  ])('ends when the certificates to trust cannot be used, $what', async ({ options }) => {
    const { exitCode, stderr } = await trustsAndEnds(import.meta.filename, ...options);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--ssl-target-ca .*targets\.test\.ts cannot be used: there is no cert/);
  });

  test('ends when one of the certificates to trust is damaged', async () => {
    const caFile = `${temporaryFolder()}/ca.pem`;
    const { cert } = await makeIdentity();
    writeFileSync(caFile, `${cert}\n${cert.replace('\nMII', '\n!!!')}\n`);
    const { exitCode, stderr } = await trustsAndEnds(caFile);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--ssl-target-ca .*ca\.pem cannot be used: a certificate in it cannot/);
  });

  test('answers 504 when a TLS target accepts and says nothing', async () => {
    const silent = await startTarget((client) => client.resume());
    const proxy = await startProxy(silent, '--ssl-target', '--connect-timeout', '0.2');
    await expect(Client.open(proxy.port)).rejects.toThrow(/504/);
  });

  test('delivers all that a TLS target has sent before its end', async () => {
    const data = Buffer.alloc(4 << 20, 'wsproxy');
    const target = await startTlsTarget(await makeIdentity(), (client) => client.end(data));
    const proxy = await startProxy(target, '--ssl-target', '--insecure-target', '--send-proxy-v2');
    await expect(Client.open(proxy.port)).rejects.toThrow(Refused);
    const plain = await startProxy(target, '--ssl-target', '--insecure-target');
    const received = await (await Client.open(plain.port)).receiveToClose({ answering: true });
    expect(received.data.equals(data)).toBe(true);
  });
});

function hex16(number: number): string {
  return number.toString(16).padStart(4, '0');
}

test('a Unix socket that a killed wsproxy has left behind is replaced', async () => {
  const path = `${temporaryFolder()}/socket`;
  const target = await echoTarget();
  const former = await startProxy(target, '--unix-listen', path);
  process.kill(former.pid, 'SIGKILL');
  await former.exit;
  expect(existsSync(path)).toBe(true);
  const proxy = await startProxy(target, '--unix-listen', path);
  const raw = connect(path);
  raw.write(makeOpening(0, { host: 'localhost' }).request);
  const [answer] = (await once(raw, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
  raw.destroy();
  await proxy.stop();
  expect(existsSync(path)).toBe(false);
});
