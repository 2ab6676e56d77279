import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

test.for(['fork', 'vfork', 'posix_spawn'])(
  'After a %s that has failed the program is still the last holder of its connection',
  async (route) => {
    const server = await wrapServer('fork_fails', [`route=${route}`]);
    const client = await Client.open(server.port);
    const { data, code } = await client.receiveToClose();
    expect(data.toString()).toBe('alone');
    expect(code).toBe(1000);
    await server.logged('closed', { code: 1000 });
  },
);
