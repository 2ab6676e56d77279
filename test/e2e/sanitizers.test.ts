import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const servers = [
  { name: 'echo_thread_asan', words: [] },
  { name: 'echo_fork_asan', words: [] },
  { name: 'echo_edge_asan', words: ['short'] },
  ...['readv', 'recvmsg', 'peek', 'fionread', 'waitall'].map((call) => ({
    name: 'echo_calls_asan',
    words: [`in=${call}`, 'size=4096'],
  })),
];

// The library is loaded before the sanitizers' run-time, as before everything else; they are told not to mind.
const env = {
  ASAN_OPTIONS: 'verify_asan_link_order=0:exitcode=99',
  UBSAN_OPTIONS: 'halt_on_error=1',
};

describe.for(servers)(
  'AddressSanitizer has nothing to say about $name with $words',
  ({ name, words }) => {
    test.for(dialects)('and a client that speaks $speaking', async ({ opening }) => {
      const server = await wrapServer(name, words, { env });
      const client = await Client.open(server.port, opening);
      await echo(client, { bytes: 1 << 19, seed: 1, longest: 9000 });
      await client.close();
      expect(await server.ended()).toBe('0');
      await server.stop();
      expect(server.errors.matching(/Sanitizer|runtime error/)).toEqual([]);
    });
  },
);
