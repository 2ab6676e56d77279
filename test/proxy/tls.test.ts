import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type Identity, makeIdentity } from '../../src/relay/identity.js';
import {
  Client,
  Connection,
  echo,
  makeFrame,
  makeOpening,
  OPCODE,
  readToEnd,
} from '../support/client/index.js';
import { socketsOf } from '../support/process-tree.js';
import { echoTarget, startProxy } from '../support/proxy.js';
import { requires } from '../support/requires.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CONNECTIONS = 200;

/** The serial number of the certificate that a new connection is shown. */
async function serialShown(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

function serialOf({ cert }: Identity): string {
  return new X509Certificate(cert).serialNumber;
}

function pem({ cert, key }: Identity): string {
  return `${cert}\n${key}\n`;
}

describe('a certificate', () => {
  test('is replaced on SIGHUP with 200 connections open, all of which go on', async () => {
    const file = `${temporaryFolder()}/both.pem`;
    const [former, later] = [await makeIdentity(), await makeIdentity()];
    writeFileSync(file, pem(former));
    const proxy = await startProxy(await echoTarget(), '--cert', file);
    expect(await serialShown(proxy.port)).toBe(serialOf(former));
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => Client.open(proxy.port, { secure: true })),
    );
    const traffic = clients.map((client, seed) => echo(client, { bytes: 1 << 17, seed }));
    writeFileSync(file, pem(later));
    process.kill(proxy.pid, 'SIGHUP');
    await proxy.errors.line(/^wsproxy: certificate /);
    expect(await serialShown(proxy.port)).toBe(serialOf(later));
    await Promise.all(traffic);
    await Promise.all(clients.map((client, seed) => echo(client, { bytes: 1 << 12, seed })));
  });

  test('is replaced when its file changes, also behind a symbolic link', async () => {
    const folder = temporaryFolder();
    const identities = [await makeIdentity(), await makeIdentity(), await makeIdentity()];
    identities.forEach((identity, index) => {
      writeFileSync(`${folder}/cert${index}.pem`, identity.cert);
      writeFileSync(`${folder}/key${index}.pem`, identity.key);
    });
    const point = (index: number) => {
      for (const name of ['key', 'cert']) {
        symlinkSync(`${name}${index}.pem`, `${folder}/new`);
        renameSync(`${folder}/new`, `${folder}/${name}.pem`);
      }
    };
    point(0);
    const proxy = await startProxy(
      await echoTarget(),
      ...['--cert', `${folder}/cert.pem`, '--key', `${folder}/key.pem`],
    );
    for (const index of [1, 2]) {
      point(index);
      await expect
        .poll(() => serialShown(proxy.port), { timeout: 20_000, interval: 100 })
        .toBe(serialOf(identities[index] as Identity));
    }
  });

  test('that cannot be used changes nothing, and is reported', async () => {
    const file = `${temporaryFolder()}/both.pem`;
    const identity = await makeIdentity();
    writeFileSync(file, pem(identity));
    const proxy = await startProxy(await echoTarget(), '--cert', file);
    writeFileSync(file, pem({ ...identity, key: (await makeIdentity()).key }));
    process.kill(proxy.pid, 'SIGHUP');
    await proxy.errors.line(/^wsproxy: warning .*former certificate stays.*both\.pem/);
    expect(await serialShown(proxy.port)).toBe(serialOf(identity));
  });
});

requires(['openssl', 'curl'], 'beside ws:// on one port', () => {
  test('openssl s_client and curl shake hands over TLS, curl also in the clear', async () => {
    const proxy = await startProxy(await echoTarget(), '--cert', 'auto', '--web', 'novnc');
    const at = `127.0.0.1:${proxy.port}`;
    const { request } = makeOpening(proxy.port, { host: at });
    const close = makeFrame(Buffer.alloc(0), { opcode: OPCODE.close });
    const { stdout } = await execa({
      input: Buffer.concat([request, close]),
      encoding: 'latin1',
    })`openssl s_client -connect ${at} -ign_eof -quiet`;
    expect(stdout).toContain('HTTP/1.1 101 ');
    expect(stdout.endsWith('\u0088\0')).toBe(true);
    for (const scheme of ['http', 'https']) {
      const page = await execa`curl --include --insecure --noproxy * -sS ${scheme}://${at}/`;
      expect(page.stdout).toMatch(/^HTTP\/1\.1 200 OK\r?\n/);
      expect(page.stdout).toContain('<title>noVNC</title>');
    }
    const client = await Client.open(proxy.port);
    await echo(client, { bytes: 1 << 16, seed: 1 });
  });

  test.for(['tls1', 'tls1_1', 'tls1_2', 'tls1_3'])('%s', async (version, { expect }) => {
    const proxy = await startProxy(await echoTarget(), '--cert', 'auto');
    const seclevel = 'DEFAULT@SECLEVEL=0';
    const { exitCode } = await execa({
      reject: false,
      input: '',
    })`openssl s_client -connect 127.0.0.1:${proxy.port} -${version} -cipher ${seclevel}`;
    const accepted = version === 'tls1_2' || version === 'tls1_3';
    expect(exitCode === 0).toBe(accepted);
    if (!accepted) await proxy.logged('refused', { reason: 'tls-handshake' });
  });
});

test('a TLS connection that breaks off takes its target connection with it', async () => {
  const proxy = await startProxy(await echoTarget(), '--cert', 'auto');
  const client = await Client.open(proxy.port, { secure: true });
  (client.connection.socket as TLSSocket).destroy();
  await proxy.logged('closed');
});

test('a TLS handshake has a deadline', async () => {
  const proxy = await startProxy(
    await echoTarget(),
    ...['--cert', 'auto', '--handshake-timeout', '0.2'],
  );
  const client = await Connection.open(proxy.port);
  await client.write(Buffer.from([0x16, 3, 1]));
  expect(await client.read()).toBeUndefined();
  await proxy.logged('refused', { reason: 'tls-handshake', error: 'handshake-timeout' });
});

test('a client over TLS that does not leave is not waited for', async () => {
  const proxy = await startProxy(
    await echoTarget(),
    ...['--cert', 'auto', '--handshake-timeout', '0.3'],
  );
  const sockets = () => socketsOf([proxy.pid]).size;
  const before = sockets();
  const silent = await Connection.open(proxy.port, '127.0.0.1', true);
  const closing = await Client.open(proxy.port, { secure: true });
  await closing.close(1000);
  expect((await readToEnd(silent)).toString()).toMatch(/^HTTP\/1\.1 408 /);
  await closing.receiveToClose();
  await expect.poll(sockets, { timeout: 20_000 }).toBe(before);
});
