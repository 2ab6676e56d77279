import { expect, test } from 'vitest';
import { askInNamespace, inNamespace, LINK_LOCAL } from '../support/link-local.js';
import { wswrap } from '../support/paths.js';
import { asRoot, requires } from '../support/requires.js';

const PORT = 5000;

requires(
  ['ip', 'unshare', 'nsenter', 'curl', 'python3', asRoot],
  'A client with a link-local address',
  () => {
    test('is seen with the interface that it came by, over ws:// and over wss://', async () => {
      const run = ['--cert', 'auto', `${PORT}`, 'python3', 'test/wrap-relay/peer.py', `${PORT}`];
      const server = inNamespace(process.execPath, wswrap, ...run);
      await server.errors.line(/^wswrap: listening/);
      for (const [at, scheme] of ['http', 'https'].entries()) {
        const answer = await askInNamespace(server, `${scheme}://[${LINK_LOCAL}%25lo]:${PORT}/`);
        expect(answer).toMatch(/^HTTP\/1.1 101 .*seen/s);
        expect(await server.output.line(/^accepted/, at + 1)).toMatch(/^accepted fe80::1 \d+ 1$/);
      }
    });
  },
);
