import { describe, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects, otherStyles, styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const MIB = 1 << 20;

describe.for(styles)('A server with $style', ({ server, words }) => {
  test.for(dialects)('echoes 64 MiB to a client that speaks $speaking', async ({ opening }) => {
    const wrapped = await wrapServer(server, words);
    const client = await Client.open(wrapped.port, opening);
    await echo(client, { bytes: 64 * MIB, seed: 1, stalls: 2 });
    await client.close();
    await wrapped.logged('closed', { in: 64 * MIB, out: 64 * MIB });
  });
});

describe.for(otherStyles)('A server with $style', ({ server, words }) => {
  test.for(dialects)('echoes 4 MiB to a client that speaks $speaking', async ({ opening }) => {
    const { port } = await wrapServer(server, words);
    const client = await Client.open(port, opening);
    await echo(client, { bytes: 4 * MIB, seed: 2, stalls: 1 });
  });
});

describe('An edge-triggered server that takes a short read for the last one', () => {
  test.for(dialects)('echoes 16 MiB to a client that speaks $speaking', async ({ opening }) => {
    const { port } = await wrapServer('echo_edge', ['short']);
    const client = await Client.open(port, opening);
    await echo(client, { bytes: 16 * MIB, seed: 3, stalls: 1 });
  });

  test.for(dialects)(
    'echoes small messages to a client that speaks $speaking',
    async ({ opening }) => {
      const { port } = await wrapServer('echo_edge', ['short']);
      const client = await Client.open(port, opening);
      await echo(client, { bytes: MIB, seed: 4, longest: 40 });
    },
  );
});

describe('A server that a signal tells of arrivals, and takes a short read for the last one', () => {
  test.for([[], ['ioctl']])('echoes small messages when asked for so by %j', async (words) => {
    const { port } = await wrapServer('echo_signal', words);
    const client = await Client.open(port);
    await echo(client, { bytes: MIB, seed: 5, longest: 40 });
  });
});

test('Twenty clients of all dialects are served at once', async () => {
  const { port } = await wrapServer('echo_epoll');
  const each = async (index: number) => {
    const client = await Client.open(port, dialects[index % dialects.length]?.opening);
    await echo(client, { bytes: MIB, seed: index + 1 });
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => each(index)));
});
