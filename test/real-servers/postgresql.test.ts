import { createHash } from 'node:crypto';
import { appendFileSync, chownSync } from 'node:fs';
import { Client as NeonClient, neonConfig } from '@neondatabase/serverless';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hashOf } from '../support/hash.js';
import { makeFolder, RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const BIN = '/usr/lib/postgresql/15/bin';

/** postgres will not run as root; then it runs as the account that Debian has made for it. */
const asPostgres =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups']
    : [];

const md5 = (number: number) => createHash('md5').update(`${number}`).digest('hex');

async function idOf(option: string): Promise<number> {
  return Number((await execa('id', [option, 'postgres'])).stdout);
}

/** A new cluster that trusts everybody who calls from here, by either address. */
async function start(): Promise<RealServer> {
  const folder = makeFolder();
  if (asPostgres.length > 0) chownSync(folder, await idOf('-u'), await idOf('-g'));
  const options = ['-A', 'trust', '-U', 'postgres', '--no-sync', '--no-locale', '-E', 'UTF8'];
  const [command = '', ...args] = [...asPostgres, `${BIN}/initdb`, '-D', `${folder}/data`];
  await execa(command, [...args, ...options], { cwd: folder });
  appendFileSync(`${folder}/data/pg_hba.conf`, 'host all all 127.0.0.2/32 trust\n');
  const server = await RealServer.start(catalogue.postgresql, { folder, under: asPostgres });
  await server.wrapped.errors.line(/ready to accept connections/);
  return server;
}

requires([`${BIN}/postgres`, `${BIN}/initdb`, 'psql', 'pgbench', 'setpriv'], 'PostgreSQL', () => {
  test('answers psql, with short results and long ones, and logs where it calls from', async () => {
    const server = await start();
    const bridge = await server.bridge();
    const options = ['-h', '127.0.0.1', '-p', `${bridge.port}`, '-U', 'postgres', '-X', '-At'];
    const ask = async (sql: string, input = '') =>
      (await execa('psql', [...options, '-c', sql], { input })).stdout;
    expect(await ask('select 6 * 7')).toBe('42');
    await server.settle();
    const { peer = '' } = bridge.connections[0] ?? {};
    const [host, port] = peer.split(':');
    await server.wrapped.errors.line(new RegExp(`connection received: host=${host} port=${port}`));
    expect(await ask('select host(inet_client_addr())')).toBe(host);

    const rows = await ask(
      'select i, repeat(md5(i::text), i % 20) from generate_series(1, 20000) i',
    );
    const due = Array.from(
      { length: 20_000 },
      (_, i) => `${i + 1}|${md5(i + 1).repeat((i + 1) % 20)}`,
    );
    expect(hashOf(rows)).toBe(hashOf(due.join('\n')));

    const lines = Array.from({ length: 20_000 }, (_, i) => `${i}\t${'x'.repeat(i % 100)}`);
    await ask('create table t (i int, x text)');
    expect(await ask('copy t from stdin', `${lines.join('\n')}\n`)).toBe('COPY 20000');
    expect(await ask('select sum(i), sum(length(x)) from t')).toBe('199990000|990000');
    await server.finish();
  });

  test('stands pgbench, four clients for three seconds', async () => {
    const server = await start();
    const bridge = await server.bridge();
    const options = ['-h', '127.0.0.1', '-p', `${bridge.port}`, '-U', 'postgres'];
    await execa('pgbench', [...options, '--initialize', '--quiet', 'postgres']);
    await server.settle();
    for (const protocol of ['simple', 'prepared']) {
      const { stdout } = await execa('pgbench', [
        ...[...options, '-c', '4', '-j', '2', '-T', '3', '-M', protocol, 'postgres'],
      ]);
      expect(stdout).toMatch(/number of failed transactions: 0 /);
      expect(Number(/transactions actually processed: (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(
        20,
      );
    }
    await server.finish();
  });

  test('cancels a query that runs', async () => {
    const server = await start();
    const bridge = await server.bridge();
    const options = ['-h', '127.0.0.1', '-p', `${bridge.port}`, '-U', 'postgres', '-X'];
    const query = execa('psql', [...options, '-c', "select 'asleep', pg_sleep(600)"], {
      reject: false,
    });
    const running = "select count(*) from pg_stat_activity where query like 'select ''asleep%'";
    const count = async () => (await execa('psql', [...options, '-At', '-c', running])).stdout;
    await expect.poll(count, { timeout: 20_000 }).toBe('1');
    query.kill('SIGINT');
    expect((await query).stderr).toMatch('canceling statement due to user request');
    await server.finish();
  });

  test('answers @neondatabase/serverless, which speaks WebSocket itself, several at once', async () => {
    const server = await start();
    neonConfig.webSocketConstructor = WebSocket;
    neonConfig.wsProxy = (host, port) => `${host}:${port}/`;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineTLS = false;
    neonConfig.pipelineConnect = false;
    const session = async (seed: number) => {
      const client = new NeonClient({
        ...{ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' },
      });
      await client.connect();
      const { rows } = await client.query(
        'select i, md5((i * $1)::text) as m from generate_series(1, 5000) i',
        [seed],
      );
      expect(rows).toHaveLength(5000);
      expect(rows.map(({ m }) => m)).toEqual(rows.map(({ i }) => md5(i * seed)));
      const long = 'å'.repeat(300_000);
      expect((await client.query('select $1::text as x', [long])).rows[0].x).toBe(long);
      await client.end();
    };
    await session(7);
    await server.settle();
    await Promise.all([1, 2, 3, 4].map(session));
    await server.finish();
  });
});
