import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root, wswrap } from '../support/paths.js';
import { Program } from '../support/process.js';
import { asRoot, requires } from '../support/requires.js';

/* In a network namespace of its own, in which the loopback interface has a link-local address. */

const PORT = 5000;
const ADDRESS = 'fe80::1';
const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
].flatMap((field) => ['--header', field]);

requires(
  ['ip', 'unshare', 'nsenter', 'curl', 'python3', asRoot],
  'A client with a link-local address',
  () => {
    test('is seen with the interface that it came by, over ws:// and over wss://', async () => {
      const run = ['--cert', 'auto', `${PORT}`, 'python3', 'test/wrap-relay/peer.py', `${PORT}`];
      const prepare = `ip link set lo up && ip -6 address add ${ADDRESS}/64 dev lo nodad && exec "$@"`;
      const args = ['--net', 'sh', '-c', prepare, 'sh', process.execPath, wswrap, ...run];
      const server = new Program('unshare', args, { cwd: root });
      await server.errors.line(/^wswrap: listening/);
      for (const [at, scheme] of ['http', 'https'].entries()) {
        const url = `${scheme}://[${ADDRESS}%25lo]:${PORT}/`;
        const request = [
          '--silent',
          '--insecure',
          '--include',
          '--http1.1',
          '--max-time',
          '10',
          ...upgrade,
          url,
        ];
        const enter = ['--target', `${server.pid}`, '--net', 'curl'];
        const { stdout } = await execa('nsenter', [...enter, ...request], { reject: false });
        expect(stdout).toMatch(/^HTTP\/1.1 101 .*seen/s);
        expect(await server.output.line(/^accepted/, at + 1)).toMatch(/^accepted fe80::1 \d+ 1$/);
      }
    });
  },
);
