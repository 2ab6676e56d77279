import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { curlHash } from '../support/http-clients.js';
import { echoTarget, startProxy } from '../support/proxy.js';
import { requires } from '../support/requires.js';
import { temporaryFolder } from '../support/temporary-folder.js';

requires(['curl'], '--web', () => {
  test('serves the files of a folder beside WebSocket, in the clear and over TLS', async () => {
    const folder = temporaryFolder();
    const data = Buffer.alloc(3_000_000, 'file');
    writeFileSync(`${folder}/data.bin`, data);
    const proxy = await startProxy(await echoTarget(), '--web', folder, '--cert', 'auto');
    for (const scheme of ['http', 'https']) {
      const url = `${scheme}://127.0.0.1:${proxy.port}`;
      expect(await curlHash(`${url}/data.bin`, '--insecure')).toBe(hashOf(data));
      const missing =
        await execa`curl -sS --insecure --noproxy * -o /dev/null -w %{http_code} ${url}/no`;
      expect(missing.stdout).toBe('404');
    }
    await echo(await Client.open(proxy.port, { secure: true }), { bytes: 1 << 16, seed: 1 });
  });
});

test('without --web a plain request gets 426', async () => {
  const proxy = await startProxy(await echoTarget());
  const client = await Connection.open(proxy.port);
  await client.write(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
  expect((await readToEnd(client)).toString()).toMatch(/^HTTP\/1\.1 426 /);
});

test('a request that wants to become something else than WebSocket is answered as usual', async () => {
  const proxy = await startProxy(await echoTarget(), '--web', 'novnc');
  const client = await Connection.open(proxy.port);
  const fields = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c';
  await client.write(Buffer.from(`GET / HTTP/1.1\r\n${fields}\r\n\r\n`));
  expect((await readToEnd(client)).toString()).toMatch(/^HTTP\/1\.1 200 /);
});

test('a request is answered, too, when the end of the stream comes right behind it', async () => {
  const folder = temporaryFolder();
  writeFileSync(`${folder}/data.bin`, Buffer.alloc(3_000_000));
  const proxy = await startProxy(await echoTarget(), '--web', folder);
  const client = await Connection.open(proxy.port);
  await client.write(Buffer.from('GET /data.bin HTTP/1.1\r\nHost: localhost\r\n\r\n'));
  client.end();
  expect((await readToEnd(client)).length).toBeGreaterThan(3_000_000);
});

test("noVNC's page is not shown in a frame of another site", async () => {
  const proxy = await startProxy(await echoTarget(), '--web', 'novnc');
  const response = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
});

test('a request that never ends is not waited for', async () => {
  const proxy = await startProxy(
    await echoTarget(),
    '--web',
    'novnc',
    '--handshake-timeout',
    '0.3',
  );
  const client = await Connection.open(proxy.port);
  await client.write(Buffer.from('POST / HTTP/1.1\r\nHost: localhost\r\n'));
  await readToEnd(client);
});

test('only the first of several requests in one packet is answered, and no file stays open', async () => {
  const folder = temporaryFolder();
  writeFileSync(`${folder}/data.bin`, Buffer.alloc(3_000_000));
  const proxy = await startProxy(await echoTarget(), '--web', folder);
  const client = await Connection.open(proxy.port);
  await client.write(Buffer.from('GET /data.bin HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20)));
  const answer = await readToEnd(client);
  expect(answer.length).toBeGreaterThan(3_000_000);
  expect(answer.length).toBeLessThan(3_001_000);
  const openFiles = () =>
    readdirSync(`/proc/${proxy.pid}/fd`).filter((fd) => {
      const path = readlinkSync(`/proc/${proxy.pid}/fd/${fd}`, 'utf8');
      return path.startsWith(folder);
    });
  await expect.poll(openFiles, { timeout: 10_000 }).toEqual([]);
});

test('on a loopback address a page is served under loopback names, and those that are allowed', async () => {
  const proxy = await startProxy(
    await echoTarget(),
    ...['--web', 'novnc', '--allow-host', 'box.example'],
  );
  const statusFor = async (host: string) => {
    const client = await Connection.open(proxy.port);
    await client.write(Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    return (await readToEnd(client)).toString('latin1', 9, 12);
  };
  for (const host of [`127.0.0.1:${proxy.port}`, 'LocalHost', '[::1]:80', 'box.example:80'])
    expect([host, await statusFor(host)]).toEqual([host, '200']);
  for (const host of ['evil.example', '192.0.2.1', '127.0.0.1.evil.example'])
    expect([host, await statusFor(host)]).toEqual([host, '403']);
  const line = await proxy.logged('refused', { status: 403, reason: 'host', host: 'evil.example' });
  expect(line.fields.get('try')).toBe('--allow-host evil.example');
});
