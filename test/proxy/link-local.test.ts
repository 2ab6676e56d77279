import { expect, test } from 'vitest';
import { askInNamespace, inNamespace, LINK_LOCAL } from '../support/link-local.js';
import { wsproxy } from '../support/paths.js';
import { asRoot, requires } from '../support/requires.js';

const place = (port: number) => `[${LINK_LOCAL}%lo]:${port}`;

requires(
  ['ip', 'unshare', 'nsenter', 'curl', 'python3', 'setpriv', asRoot],
  'A link-local address with its zone',
  () => {
    test('is listened on, and reached', async () => {
      const both = `setpriv --pdeathsig KILL python3 test/wrap-relay/peer.py 5001 & exec "$@"`;
      const proxy = [process.execPath, wsproxy, '-f', place(5000), place(5001)];
      const server = inNamespace('sh', '-c', both, 'sh', ...proxy);
      await server.output.line(/^listening/);
      await server.errors.line(/^wsproxy: listening/);
      const answer = await askInNamespace(server, `http://[${LINK_LOCAL}%25lo]:5000/`);
      expect(answer).toMatch(/^HTTP\/1.1 101 .*seen/s);
    });
  },
);
