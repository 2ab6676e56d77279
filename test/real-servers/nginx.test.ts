import { readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hashOf } from '../support/hash.js';
import { curlConnects, curlHash } from '../support/http-clients.js';
import { Random } from '../support/random.js';
import { makeFolder, RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = `
daemon off;
worker_processes 4;
pid DIR/nginx.pid;
error_log stderr notice;
events { worker_connections 256; }
http {
  access_log DIR/access.log;
  client_body_temp_path DIR/body;
  proxy_temp_path DIR/proxy;
  fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi;
  scgi_temp_path DIR/scgi;
  server {
    listen 127.0.0.1:PORT;
    root DIR/files;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 60;
    keepalive_requests 1000000;
    location = /where { return 200 "$remote_addr:$remote_port"; }
    location /copied/ { alias DIR/files/; sendfile off; }
  }
}
`;

requires(['nginx', 'curl', 'wrk'], 'nginx', () => {
  async function start(): Promise<{ server: RealServer; hash: string }> {
    const folder = makeFolder();
    await execa('mkdir', [`${folder}/files`]);
    const file = new Random(3).bytes(50 << 20);
    writeFileSync(`${folder}/files/large`, file);
    writeFileSync(`${folder}/files/small`, file.subarray(0, 1000));
    const files = { 'nginx.conf': CONFIGURATION };
    const server = await RealServer.start(catalogue.nginx, { folder, files });
    return { server, hash: hashOf(file) };
  }

  test('serves 50 MiB with sendfile and without, to one client and to several', async () => {
    const { server, hash } = await start();
    const bridge = await server.bridge();
    const url = `http://127.0.0.1:${bridge.port}`;
    const { stdout } = await execa('curl', ['-sS', '--noproxy', '*', `${url}/where`]);
    expect(stdout).toBe(bridge.connections[0]?.peer);
    await server.settle();
    expect(await curlHash(`${url}/large`)).toBe(hash);
    expect(await curlHash(`${url}/copied/large`)).toBe(hash);
    const hashes = await Promise.all([1, 2, 3].map(() => curlHash(`${url}/large`)));
    expect(hashes).toEqual([hash, hash, hash]);
    expect(readFileSync(server.file('access.log'), 'utf8')).toMatch(
      /^127\.0\.0\.2 - .*"GET \/large/m,
    );
    await server.finish();
    expect(readFileSync(server.file('error.log'), 'utf8')).not.toMatch(/\[(error|crit|alert)\]/);
  });

  test('keeps connections alive, and stands wrk with sixteen of them', async () => {
    const { server } = await start();
    const bridge = await server.bridge();
    const url = `http://127.0.0.1:${bridge.port}`;
    expect(await curlConnects(`${url}/small`, 20)).toBe(1);
    await server.settle();
    const { stdout } = await execa('wrk', ['-t', '2', '-c', '16', '-d', '2', `${url}/small`]);
    expect(Number(/(\d+) requests in/.exec(stdout)?.[1])).toBeGreaterThan(100);
    expect(stdout).not.toMatch(/Socket errors|Non-2xx/);
    expect(bridge.connections.length).toBeLessThan(30);
    await server.finish();
  });
});
