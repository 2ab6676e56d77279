import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

describe.for(['dup', 'dup2', 'dup3', 'fcntl'])(
  'A server that copies its connections with %s',
  (how) => {
    test.for(dialects)(
      'echoes to clients that speak $speaking, one after the other',
      async ({ opening }) => {
        const server = await wrapServer('echo_dup', [`how=${how}`]);
        for (let i = 1; i <= 3; i++) {
          const client = await Client.open(server.port, opening);
          await echo(client, { bytes: 1 << 20, seed: i });
          await client.close(opening.dialect === 'rfc6455' ? 1000 : 0);
          await client.receiveToClose();
          expect(await server.ended(i)).toBe('0');
        }
      },
    );
  },
);
