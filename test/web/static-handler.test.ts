import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { staticHandler } from '../../src/web/static-handler.js';

let folder: string;
let port: number;
const server = createServer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wswrap-web-'));
  await mkdir(join(folder, 'site/sub'), { recursive: true });
  await mkdir(join(folder, 'site/.git'));
  await mkdir(join(folder, 'library'));
  await mkdir(join(folder, 'site-secret'));
  const files: Record<string, string> = {
    'secret.txt': 'secret',
    'site-secret/file.txt': 'secret',
    'site/index.html': '<p>front',
    'site/sub/index.html': '<p>sub',
    'site/a b.txt': 'space',
    'site/100%.txt': 'percent',
    'site/code.js': 'export {}',
    'site/data.unknown': 'data',
    'site/.hidden': 'hidden',
    'site/.git/config': 'hidden',
    'library/core.js': 'library',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await symlink('../secret.txt', join(folder, 'site/link.txt'));
  await symlink('sub/index.html', join(folder, 'site/inside.html'));
  server.on(
    'request',
    staticHandler({ '/': join(folder, 'site'), '/lib/': join(folder, 'library') }),
  );
  port = await listen(server, 0, '127.0.0.1');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** The path goes out as it is written here: neither fetch nor URL would send some of them. */
async function get(path: string, method = 'GET') {
  return await new Promise<{
    status: number;
    body: string;
    headers: NodeJS.Dict<string | string[]>;
  }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('files are served', () => {
  test.each([
    ['/', '<p>front', 'text/html; charset=utf-8'],
    ['/index.html?query=/../..', '<p>front', 'text/html; charset=utf-8'],
    ['/sub/', '<p>sub', 'text/html; charset=utf-8'],
    ['/a%20b.txt', 'space', 'text/plain; charset=utf-8'],
    ['/100%25.txt', 'percent', 'text/plain; charset=utf-8'],
    ['/code.js', 'export {}', 'text/javascript; charset=utf-8'],
    ['/data.unknown', 'data', 'application/octet-stream'],
    ['/lib/core.js', 'library', 'text/javascript; charset=utf-8'],
    ['/inside.html', '<p>sub', 'text/html; charset=utf-8'],
  ])('%s', async (path, body, type) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('HEAD gives the length and no body', async () => {
    const answer = await get('/code.js', 'HEAD');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['content-length']).toBe('9');
  });
});

describe('nothing else is', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/sub/../../secret.txt',
    '/sub/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/%2e%2e%5csecret.txt',
    '/../site-secret/file.txt',
    '/lib/../../secret.txt',
    '/lib/..%2f..%2fsecret.txt',
    '//../secret.txt',
    '/link.txt',
    '/.hidden',
    '/%2ehidden',
    '/.git/config',
    '/code.js%00.txt',
    '/%',
    '/%ff',
    '/etc/passwd',
    '//etc/passwd',
    '/sub',
    '/lib/',
    '/lib',
    'secret.txt',
    'http://127.0.0.1/secret.txt',
    '/none.html',
    '/code.js/',
    `/${'a'.repeat(5000)}`,
  ])('%s', async (path) => {
    const answer = await get(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toMatch(/secret$|hidden|root:/);
    expect(answer.headers['location']).toBeUndefined();
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const answer = await get('/', method);
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('GET, HEAD');
  });
});
