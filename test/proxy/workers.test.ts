import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { processTree } from '../support/process-tree.js';
import { echoTarget, startProxy } from '../support/proxy.js';

const CONNECTIONS = 40;

function workersOf(supervisor: number): number[] {
  return processTree(supervisor).filter((pid) => pid !== supervisor);
}

test('a worker that is killed under load is replaced, and costs its own connections only', async () => {
  const proxy = await startProxy(await echoTarget(), '--workers', '2');
  const workers = workersOf(proxy.pid);
  expect(workers.length).toBe(2);
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => Client.open(proxy.port)),
  );
  const traffic = Promise.allSettled(
    clients.map((client, seed) => echo(client, { bytes: 4 << 20, seed })),
  );
  const [victim = 0, survivor = 0] = workers;
  process.kill(victim, 'SIGKILL');
  const outcomes = await traffic;
  const lost = clients.filter((_, index) => outcomes[index]?.status === 'rejected');
  for (const client of clients.filter((one) => !lost.includes(one))) {
    await echo(client, { bytes: 1 << 10, seed: 1 });
  }
  await proxy.errors.line(new RegExp(`^wsproxy: warning .*worker ${victim} has died`));
  await expect.poll(() => workersOf(proxy.pid).length, { timeout: 20_000 }).toBe(2);
  expect(workersOf(proxy.pid)).toContain(survivor);
  for (let i = 0; i < 10; i++) {
    const client = await Client.open(proxy.port);
    await echo(client, { bytes: 1 << 10, seed: i });
  }
});

test('workers end when their supervisor is killed', async () => {
  const proxy = await startProxy(await echoTarget(), '--workers', '2');
  await Client.open(proxy.port);
  process.kill(proxy.pid, 'SIGKILL');
  await proxy.exit;
  // Fails when anything of its session is left.
  await proxy.stop();
});

test('a worker that hangs does not keep its supervisor from ending', async () => {
  const proxy = await startProxy(await echoTarget(), '--workers', '2');
  const [hung = 0] = workersOf(proxy.pid);
  process.kill(hung, 'SIGSTOP');
  process.kill(proxy.pid, 'SIGTERM');
  expect(await proxy.exit).toEqual({ code: 0, signal: null });
});
