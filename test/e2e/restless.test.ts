import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

const ways = [
  { what: 'from number to number', how: 'number' },
  { what: 'from process to child', how: 'fork' },
  { what: 'from process to process over a Unix socket', how: 'pass' },
];

test.for(ways)(
  'A connection that goes $what while another holder looks who has it stays open',
  async ({ how }) => {
    const server = await wrapServer('restless', [`how=${how}`]);
    for (let i = 0; i < 50; i++) {
      const client = await Client.open(server.port, { dialect: 'rfc6455' });
      const { data, code } = await client.receiveToClose();
      expect(data.toString()).toBe('still here\n');
      expect(code).toBe(1000);
    }
    await server.logged('closed', { out: 11 }, 50);
  },
);
