import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const ways = [
  {
    what: 'whose connections another program serves, in the manner of inetd,',
    name: 'echo_exec',
    words: [],
  },
  { what: 'that passes its connections to another process', name: 'echo_passed', words: [] },
  { what: 'that passes them on by sendmmsg', name: 'echo_passed', words: ['many'] },
  { what: 'that has inherited its listener', name: 'inherited', words: [] },
  { what: 'whose listener was made where nobody saw it', name: 'inherited', words: ['unseen'] },
  { what: 'that binds and listens without libc', name: 'echo_blocking', words: ['unseen'] },
  { what: 'that binds and listens by number', name: 'echo_blocking', words: ['numbers'] },
];

describe.for(ways)('A server $what', ({ name, words }) => {
  test.for(dialects)(
    'echoes to clients that speak $speaking, one after the other',
    async ({ opening }) => {
      const server = await wrapServer(name, words);
      for (let i = 1; i <= 3; i++) {
        const client = await Client.open(server.port, opening);
        await echo(client, { bytes: 1 << 20, seed: i });
        await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
        const { code } = await client.receiveToClose();
        expect(code).toBe(opening.dialect === 'rfc6455' ? 1000 : 0);
      }
    },
  );
});
