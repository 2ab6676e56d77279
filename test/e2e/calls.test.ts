import { describe, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const reading = [
  'read',
  'recv',
  'recvfrom',
  'recvmsg',
  'readv',
  'waitall',
  'nowait',
  'fionread',
  'peek',
  'splice',
];
const writing = ['write', 'send', 'sendto', 'sendmsg', 'writev', 'more', 'sendfile', 'splice'];
const sizes = [0, 4096, 65536];

// The server checks, besides, that no call that succeeds touches errno.
describe.for(dialects)('To a client that speaks $speaking', ({ opening }) => {
  test.for(reading)('a server echoes that reads with %s', async (call) => {
    const { port } = await wrapServer('echo_calls', [`in=${call}`, `size=${sizes.join()}`]);
    for (const size of sizes) {
      const client = await Client.open(port, opening);
      // With MSG_WAITALL the server answers whole buffers only; 45,150 is 1 + 2 + … + 300.
      const bytes = call === 'waitall' && size === 0 ? 45_150 * 10 : 1 << 19;
      await echo(client, { bytes, seed: size + 1, longest: 9000 });
      client.connection.reset();
    }
  });

  test.for(writing)('a server echoes that writes with %s', async (call) => {
    const { port } = await wrapServer('echo_calls', [`out=${call}`, `size=${sizes.join()}`]);
    for (const size of sizes) {
      const client = await Client.open(port, opening);
      await echo(client, { bytes: 1 << 19, seed: size + 1, longest: 9000 });
      client.connection.reset();
    }
  });

  test('a server echoes that was built with the checked forms of the calls', async () => {
    const { port } = await wrapServer('echo_fortified');
    const client = await Client.open(port, opening);
    await echo(client, { bytes: 1 << 20, seed: 1 });
  });
});
