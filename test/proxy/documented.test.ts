import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Client, echo } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { root, wsproxy } from '../support/paths.js';
import { Program } from '../support/process.js';
import { processTree } from '../support/process-tree.js';
import { echoTarget, type RunningProxy, startProxy } from '../support/proxy.js';
import { asRoot, requires } from '../support/requires.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/* The examples for nginx and for Docker in docs/wsproxy.md, as they stand there but for ports and paths. Those for systemd,
 * which no test can ask to start something, are not read: what they rely on is in systemd.test.ts. */

const text = readFileSync(join(root, 'docs/wsproxy.md'), 'utf8');

/** The blocks of that language below that heading. */
function examples(heading: string, language: string): string[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [below = ''] = section.split('\n## ');
  const blocks = below.matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...blocks].filter(([, found]) => found === language).map(([, , block = '']) => block);
}

function example(heading: string, language: string): string {
  const found = examples(heading, language);
  expect(found).toHaveLength(1);
  return found[0] as string;
}

/** Words after `wsproxy`, without the two addresses. */
function optionsOf(command: string): string[] {
  return command.trim().split(/\s+/).slice(1, -2);
}

/** Words of an instruction in a Dockerfile, which are there as JSON. */
function instruction(name: string): string[] {
  const [, words = ''] =
    new RegExp(`^${name} (?:CMD )?(\\[.*\\])$`, 'm').exec(example('Docker', 'dockerfile')) ?? [];
  return JSON.parse(words) as string[];
}

/** What stands around the example in a configuration; TLS would, too. */
const CONFIGURATION = `
daemon off;
pid DIR/nginx.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path DIR/body;
  proxy_temp_path DIR/proxy;
  fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi;
  scgi_temp_path DIR/scgi;
  server {
    listen 127.0.0.1:PORT;
    server_name box.example;
    LOCATION
  }
}
`;

requires(['nginx', 'curl'], 'The example for nginx', () => {
  async function start(): Promise<{ proxy: RunningProxy; port: number }> {
    const proxy = await startProxy(await echoTarget(), ...optionsOf(example('Behind nginx', '')));
    const folder = temporaryFolder();
    const port = await freePort();
    const location = example('Behind nginx', 'nginx').replace(':6080', `:${proxy.port}`);
    const file = join(folder, 'nginx.conf');
    await writeFile(
      file,
      CONFIGURATION.replaceAll('DIR', folder)
        .replace('PORT', String(port))
        .replace('LOCATION', location),
    );
    const args = ['-p', folder, '-c', file, '-e', join(folder, 'error.log')];
    await execa('nginx', ['-t', ...args]);
    const nginx = new Program('nginx', args);
    await nginx.errors.line(/start worker process \d+/);
    return { proxy, port };
  }

  test('carries WebSocket connections of a page of the same host', async () => {
    const { proxy, port } = await start();
    const client = await Client.open(port, {
      path: '/desktop/',
      host: 'box.example',
      origin: 'https://box.example',
    });
    await echo(client, { bytes: 4 << 20, seed: 1 });
    await client.close(1000);
    expect((await client.receiveToClose()).code).toBe(1000);
    await proxy.logged('closed', { code: 1000, cause: 'client' });
  });

  test('names the client, whatever that says of itself', async () => {
    const { proxy, port } = await start();
    for (const [at, headers] of [
      {},
      { Forwarded: 'for=203.0.113.66' },
      { 'X-Forwarded-For': '203.0.113.66' },
    ].entries()) {
      const url = `ws://127.0.0.1:${port}/desktop/`;
      const socket = new WebSocket(url, {
        localAddress: '127.0.0.2',
        headers: { Host: 'box.example', ...headers },
      });
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      socket.close();
      expect((await proxy.logged('opened', {}, at + 1)).subject).toMatch(/^127\.0\.0\.2:/);
    }
  });

  test('serves the page, and its parts', async () => {
    const { port } = await start();
    for (const [path, type] of [
      ['', 'text/html'],
      ['page.js', 'text/javascript'],
      ['novnc/core/rfb.js', 'text/javascript'],
    ]) {
      const url = `http://127.0.0.1:${port}/desktop/${path}`;
      const format = '%{http_code} %{content_type}';
      const { stdout } = await execa('curl', [
        ...['--silent', '--output', '/dev/null', '--write-out', format],
        ...['--header', 'Host: box.example', url],
      ]);
      expect(stdout).toMatch(new RegExp(`^200 ${type}`));
    }
  });
});

requires(['unshare', asRoot], 'The example for Docker', () => {
  test('serves as process 1, is healthy, and ends in time', async () => {
    const target = await echoTarget();
    const [port, metrics] = [await freePort(), await freePort()];
    const places: Record<string, string> = {
      '127.0.0.1:9100': `127.0.0.1:${metrics}`,
      '6080': `127.0.0.1:${port}`,
      'vnc:5901': `127.0.0.1:${target}`,
    };
    const words = [...instruction('ENTRYPOINT'), ...instruction('CMD')];
    expect(words[0]).toBe('wsproxy');
    const options = words.slice(1).map((word) => places[word] ?? word);
    const container = ['--pid', '--fork', '--kill-child', process.execPath, wsproxy];
    const proxy = new Program('unshare', [...container, ...options], { cwd: root });
    await proxy.errors.line(/^wsproxy: listening .* pid=1 /);
    await proxy.errors.line(/^wsproxy: metrics /);
    const client = await Client.open(port);
    await echo(client, { bytes: 1 << 20, seed: 1 });
    const [node, ...script] = instruction('HEALTHCHECK');
    expect(node).toBe('node');
    const health = script.map((word) => word.replace('127.0.0.1:9100', `127.0.0.1:${metrics}`));
    expect((await execa(process.execPath, health)).exitCode).toBe(0);
    const inside = processTree(proxy.pid).find((pid) => pid !== proxy.pid);
    expect(inside).toBeGreaterThan(0);
    const begun = Date.now();
    process.kill(Number(inside), 'SIGTERM');
    expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
    expect(await proxy.exit).toEqual({ code: 0, signal: null });
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect((await execa(process.execPath, health, { reject: false })).exitCode).toBe(1);
  });
});
