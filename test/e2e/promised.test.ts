import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { dialects } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

const SHORT = 100;

/** So many bytes in short messages, whose headers take room in what is read at a time. */
async function sendShort(client: Client, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += SHORT) await client.send('x'.repeat(SHORT));
}

describe('A level-triggered program that reads much at a time gets all of it', () => {
  test.for(
    ['epoll', 'poll'].flatMap((how) =>
      dialects.map(({ speaking, opening }) => ({ how, speaking, opening })),
    ),
  )('when $how has told of the end behind it ($speaking)', async ({ how, opening }) => {
    const server = await wrapServer('promised', [how]);
    const client = await Client.open(server.port, opening);
    await sendShort(client, 50_000);
    client.connection.end();
    expect(await server.output.line(/^read /)).toBe('read 50000');
  });

  test.for(
    ['peek', 'count'].flatMap((how) =>
      dialects.map(({ speaking, opening }) => ({ how, speaking, opening })),
    ),
  )('when $how has told how much it is ($speaking)', async ({ how, opening }) => {
    const server = await wrapServer('promised', [how, 'bytes=20000']);
    const client = await Client.open(server.port, opening);
    await sendShort(client, 50_000);
    expect(await server.output.line(/^read /)).toBe('read 20000');
  });
});
