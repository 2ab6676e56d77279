import { describe, expect, test } from 'vitest';
import { Client, echo, Refused } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { processTree } from '../support/process-tree.js';
import { echoTarget, type RunningProxy, startProxy, startTarget } from '../support/proxy.js';

async function proxyWithMetrics(
  target: number,
  ...options: string[]
): Promise<[RunningProxy, string]> {
  const port = await freePort();
  const proxy = await startProxy(target, '--metrics', `127.0.0.1:${port}`, ...options);
  await proxy.errors.line(/^wsproxy: metrics /);
  return [proxy, `http://127.0.0.1:${port}`];
}

/** Samples by name and labels, as a parser of Prometheus' text format reads them. */
async function samples(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const found = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not a sample: ${line}`);
    found.set(name, Number(value));
  }
  return found;
}

describe.for([{ workers: '1' }, { workers: '2' }])('with --workers $workers', ({ workers }) => {
  test('/metrics counts connections, bytes, refusals and durations', async () => {
    const [proxy, url] = await proxyWithMetrics(
      await echoTarget(),
      ...['--workers', workers, '--cert', 'auto'],
    );
    for (const options of [{}, { dialect: 'hixie76' as const }, { secure: true }, {}]) {
      const client = await Client.open(proxy.port, options);
      await echo(client, { bytes: 1000, seed: 1 });
      await client.close(1000);
      await client.receiveToClose().catch(() => {});
    }
    await Client.open(proxy.port);
    await proxy.logged('opened', {}, 5);
    const refused = Client.open(proxy.port, { origin: 'http://evil.example' });
    await expect(refused).rejects.toThrow(Refused);
    await proxy.logged('closed', {}, 4);
    await proxy.logged('refused');

    const found = await samples(url);
    const expected = {
      'wsproxy_connections_opened_total{dialect="rfc6455",tls="no"}': 3,
      'wsproxy_connections_opened_total{dialect="rfc6455",tls="yes"}': 1,
      'wsproxy_connections_opened_total{dialect="hixie76",tls="no"}': 1,
      'wsproxy_connections_closed_total{dialect="rfc6455",result="client"}': 3,
      'wsproxy_connections_closed_total{dialect="hixie76",result="client"}': 1,
      'wsproxy_handshakes_refused_total{reason="origin",status="403"}': 1,
      'wsproxy_payload_bytes_total{direction="in"}': 4000,
      'wsproxy_payload_bytes_total{direction="out"}': 4000,
      wsproxy_connections_open: 1,
      'wsproxy_connection_duration_seconds_count{dialect="rfc6455"}': 3,
    };
    expect(Object.fromEntries(found)).toMatchObject(expected);
    const ends = found.get('wsproxy_certificate_expiry_timestamp_seconds') ?? 0;
    expect(ends).toBeGreaterThan(Date.now() / 1000);
  });

  test('/healthz takes the way that clients take, unseen by log and counts', async () => {
    let reached = 0;
    const target = await startTarget((client) => {
      reached++;
      client.resume();
    });
    const [proxy, url] = await proxyWithMetrics(target, '--workers', workers);
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
    await expect.poll(() => reached, { timeout: 10_000 }).toBe(Number(workers));
    const found = await samples(url);
    expect([...found.keys()].filter((name) => name.includes('opened_total{'))).toEqual([]);
    expect(proxy.errors.matching(/opened|closed|refused/)).toEqual([]);
  });

  test('/healthz says so when the target is down', async () => {
    const [, url] = await proxyWithMetrics(await freePort(), '--workers', workers);
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/^502 /);
  });
});

test('counters do not decrease when workers die, and the connections of those are not open any more', async () => {
  const [proxy, url] = await proxyWithMetrics(await echoTarget(), '--workers', '2');
  const talk = async () => {
    const client = await Client.open(proxy.port);
    await echo(client, { bytes: 1000, seed: 1 });
    return client;
  };
  for (let i = 0; i < 4; i++) {
    const client = await talk();
    await client.close(1000);
    await client.receiveToClose();
  }
  await proxy.logged('closed', {}, 4);
  await talk();
  await proxy.logged('opened', {}, 5);
  const counted = [
    'wsproxy_connections_opened_total{dialect="rfc6455",tls="no"}',
    'wsproxy_connections_closed_total{dialect="rfc6455",result="client"}',
    'wsproxy_connection_duration_seconds_bucket{le="+Inf",dialect="rfc6455"}',
    'wsproxy_connection_duration_seconds_count{dialect="rfc6455"}',
    'wsproxy_payload_bytes_total{direction="in"}',
    'wsproxy_payload_bytes_total{direction="out"}',
  ];
  const of = (found: Map<string, number>) => counted.map((name) => found.get(name));
  const expected = [5, 4, 4, 4, 5000, 5000];
  expect(of(await samples(url))).toEqual(expected);
  for (const round of [1, 2]) {
    const workers = processTree(proxy.pid).filter((pid) => pid !== proxy.pid);
    for (const pid of workers) process.kill(pid, 'SIGKILL');
    for (const pid of workers) await proxy.errors.line(new RegExp(`worker ${pid} has died`));
    expect(of(await samples(url))).toEqual(expected);
    await expect.poll(() => samples(url), { timeout: 20_000 }).toSatisfy(hasWorkers);
    const found = await samples(url);
    expect(of(found)).toEqual(expected);
    expect(found.get('wsproxy_connections_open')).toBe(0);
    expect(found.get('wsproxy_workers_replaced_total')).toBe(2 * round);
  }
  await talk();
  await proxy.logged('opened', {}, 6);
  expect(of(await samples(url))).toEqual([6, 4, 4, 4, 6000, 6000]);
});

/** Gauges are those of the living only. */
function hasWorkers(found: Map<string, number>): boolean {
  return found.has('wsproxy_connections_open');
}

test.for(['rfc6455', 'hybi', 'hixie76', 'hixie75'])(
  '/healthz can speak %s when nothing else is allowed',
  async (dialect) => {
    const [, url] = await proxyWithMetrics(
      await echoTarget(),
      ...['--dialect', dialect, '--cert', 'auto', '--ssl-only', '--subprotocol', 'mqtt'],
    );
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  },
);
