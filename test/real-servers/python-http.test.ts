import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashOf } from '../support/hash.js';
import { curlHash } from '../support/http-clients.js';
import { Random } from '../support/random.js';
import { makeFolder, RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

requires(['/usr/bin/python3', 'curl'], 'python3 -m http.server', () => {
  test('serves a file to eight clients at once, and logs real peers', async () => {
    const folder = makeFolder();
    const file = new Random(6).bytes(20 << 20);
    writeFileSync(`${folder}/file`, file);
    const server = await RealServer.start(catalogue.pythonHttp, { folder });
    const bridge = await server.bridge();
    const url = `http://127.0.0.1:${bridge.port}/file`;
    expect(await curlHash(url)).toBe(hashOf(file));
    await server.wrapped.errors.line(/^127\.0\.0\.2 - - .*"GET \/file HTTP\/1\.1" 200/);
    await server.settle();
    const eight = [1, 2, 3, 4, 5, 6, 7, 8].map(() => curlHash(url));
    expect(new Set(await Promise.all(eight))).toEqual(new Set([hashOf(file)]));
    await server.finish({ code: null, signal: 'SIGTERM' });
  });
});
