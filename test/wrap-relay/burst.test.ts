import { describe, expect, test } from 'vitest';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

/* When the kernel's queue of incomplete connections is full it goes over to SYN cookies, and does not wait for first bytes. */

const CLIENTS = 40;
const atOnce = <T>(one: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CLIENTS }, (_, at) => one(at)));

const post = 'POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n';
describe('Forty clients at once, of a server with a backlog of one, are served', () => {
  test.for([
    { what: 'listens once', words: ['backlog=1'] },
    { what: 'listens once more', words: ['backlog=1', 'twice'] },
  ])('over TCP, over ws://, and over wss://, when it $what', async ({ words }) => {
    const options = ['--also-tcp', '--cert', 'auto'];
    const server = await wrapServer('echo_thread', words, { options });
    await atOnce(async (at) => {
      if (at % 4 === 0) {
        const plain = await Connection.open(server.port);
        await plain.write(Buffer.from('plain\n'));
        expect((await plain.read())?.toString()).toBe('plain\n');
      } else {
        const client = await Client.open(server.port, { secure: at % 2 === 0 });
        await echo(client, { bytes: 10_000, seed: at });
      }
    });
    expect(server.logLines('refused')).toEqual([]);
  });

  test('with a refusal, when they speak plain HTTP', async () => {
    const server = await wrapServer('echo_thread', ['backlog=1'], { options: ['--also-tcp'] });
    await atOnce(async () => {
      const connection = await Connection.open(server.port);
      await connection.write(Buffer.from(post));
      expect((await readToEnd(connection)).toString()).toMatch(/^HTTP\/1\.1 426 /);
    });
    expect(server.logLines('passed')).toEqual([]);
  });
});
