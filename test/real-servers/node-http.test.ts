import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hashOf } from '../support/hash.js';
import { ab, curlConnects, curlHash } from '../support/http-clients.js';
import { Random } from '../support/random.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const BYTES = 20 << 20;

function answer(length: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < length; at += 50_000)
    pieces.push(Buffer.alloc(Math.min(50_000, length - at), `${at} `));
  return Buffer.concat(pieces);
}

requires(['curl', 'ab'], 'A server that uses Node http', () => {
  test('sends and takes 20 MiB, keeps connections alive, stands ab', async () => {
    const server = await RealServer.start(catalogue.nodeHttp);
    const bridge = await server.bridge();
    const url = `http://127.0.0.1:${bridge.port}`;
    const { stdout: where } = await execa('curl', ['-sS', '--noproxy', '*', `${url}/where`]);
    expect(where).toBe(bridge.connections[0]?.peer);
    await server.settle();
    const hashes = await Promise.all([1, 2, 3].map(() => curlHash(`${url}/${BYTES}`)));
    expect(new Set(hashes)).toEqual(new Set([hashOf(answer(BYTES))]));
    const up = new Random(7).bytes(BYTES);
    const post = ['-sS', '--noproxy', '*', '--data-binary', '@-', '-H', 'Expect:', url];
    expect((await execa('curl', post, { input: up })).stdout).toBe(hashOf(up));
    expect(await curlConnects(`${url}/1000`, 20)).toBe(1);
    expect(await ab(`${url}/1000`, '-k', '-n', '1000', '-c', '8')).toBe(1000);
    expect(await ab(`${url}/1000`, '-n', '300', '-c', '8')).toBe(300);
    await server.finish();
  });
});
