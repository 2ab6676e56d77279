import { describe, expect, test } from 'vitest';
import { Client, Connection } from '../support/client/index.js';
import { echoTarget, type RunningProxy, startProxy } from '../support/proxy.js';

/** Ample; what is waited for comes much earlier. */
const LONG = '30';

async function terminate(proxy: RunningProxy): Promise<void> {
  process.kill(proxy.pid, 'SIGTERM');
  await expect
    .poll(
      () =>
        Connection.open(proxy.port).then(
          () => 'open',
          () => 'closed',
        ),
      { timeout: 10_000 },
    )
    .toBe('closed');
}

describe.for([{ workers: '1' }, { workers: '2' }])('with --workers $workers', ({ workers }) => {
  test('SIGTERM lets connections go on, and the last one ends wsproxy', async () => {
    const options = ['--workers', workers, '--drain-timeout', LONG, '--cert', 'auto'];
    const proxy = await startProxy(await echoTarget(), ...options);
    const clients = [
      await Client.open(proxy.port),
      await Client.open(proxy.port, { secure: true }),
    ];
    await terminate(proxy);
    for (const client of clients) {
      await client.send('still here');
      expect((await client.receive(10)).toString()).toBe('still here');
      await client.close(1000);
      await client.receiveToClose();
    }
    expect(await proxy.exit).toEqual({ code: 0, signal: null });
  });

  test('after the drain timeout every client gets Close 1001', async () => {
    const options = ['--workers', workers, '--drain-timeout', '0.2', '--cert', 'auto'];
    const proxy = await startProxy(await echoTarget(), ...options);
    const clients = [
      await Client.open(proxy.port),
      await Client.open(proxy.port, { secure: true }),
    ];
    process.kill(proxy.pid, 'SIGTERM');
    for (const client of clients) {
      expect((await client.receiveToClose({ answering: true })).code).toBe(1001);
    }
    expect(await proxy.exit).toEqual({ code: 0, signal: null });
    await proxy.logged('closed', { cause: 'stopped' }, 2);
  });

  test('a second SIGTERM ends it at once', async () => {
    const options = ['--workers', workers, '--drain-timeout', LONG, '--cert', 'auto'];
    const proxy = await startProxy(await echoTarget(), ...options);
    await Client.open(proxy.port);
    await Client.open(proxy.port, { secure: true });
    await terminate(proxy);
    process.kill(proxy.pid, 'SIGTERM');
    expect(await proxy.exit).toEqual({ code: 0, signal: null });
    // Nothing is forgotten in the log.
    await proxy.logged('closed', {}, 2);
  });
});
