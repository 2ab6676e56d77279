import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { Client, Connection, echo, readToEnd } from '../support/client/index.js';
import { inNamespace } from '../support/link-local.js';
import { root, wswrap } from '../support/paths.js';
import { asRoot, requires } from '../support/requires.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

/* When the kernel's queue of incomplete connections is full it goes over to SYN cookies, and does not wait for first bytes. */

const CLIENTS = 40;
const atOnce = <T>(one: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CLIENTS }, (_, at) => one(at)));

const post = 'POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n';
const words = ['backlog=1'];

describe('Forty clients at once, of a server with a backlog of one, are served', () => {
  test('over TCP, over ws://, and over wss://', async () => {
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
    const server = await wrapServer('echo_thread', words, { options: ['--also-tcp'] });
    await atOnce(async () => {
      const connection = await Connection.open(server.port);
      await connection.write(Buffer.from(post));
      expect((await readToEnd(connection)).toString()).toMatch(/^HTTP\/1\.1 426 /);
    });
    expect(server.logLines('passed')).toEqual([]);
  });
});

requires(
  ['ip', 'unshare', 'nsenter', 'python3', asRoot],
  'Where the kernel allows no longer queue',
  () => {
    test('plain HTTP does not get to the program either', async () => {
      const shorten = 'echo 1 >/proc/sys/net/core/somaxconn; exec "$@"';
      const run = [wswrap, '--also-tcp', '5000', serverPath('echo_thread'), '5000', ...words];
      const server = inNamespace('sh', '-c', shorten, 'sh', process.execPath, ...run);
      await server.output.line(/^ready/);
      const enter = ['--target', `${server.pid}`, '--net'];
      const program = ['python3', 'test/wrap-relay/post_at_once.py', '5000', '12'];
      const { stdout } = await execa('nsenter', [...enter, ...program], { cwd: root });
      expect(stdout).toBe('12 HTTP/1.1 426');
      expect(server.errors.all.filter((line) => line.includes(' passed '))).toEqual([]);
    });
  },
);
