import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { echoTarget, startProxy } from '../support/proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('every connection gets a file of its own, counted over all workers', async () => {
  const folder = temporaryFolder();
  const proxy = await startProxy(
    await echoTarget(),
    ...['--record', `${folder}/session`, '--workers', '2', '--cert', 'auto'],
  );
  for (const secure of [false, true, false, true]) {
    const client = await Client.open(proxy.port, { secure });
    await client.send('Hello, World');
    await client.receive(12);
    await client.close(1000);
    await client.receiveToClose();
  }
  await proxy.logged('closed', {}, 4);
  expect(readdirSync(folder).sort()).toEqual(['session.1', 'session.2', 'session.3', 'session.4']);
  for (const name of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${name}`, 'latin1');
    expect(text).toMatch(/^'\}\d+\}Hello, World',$/m);
    expect(text).toMatch(/^'\{\d+\{Hello, World',$/m);
    expect(text).toMatch(/^'EOF'\];$/m);
  }
});

test('a connection that cannot be recorded is served, and the log says so', async () => {
  const folder = temporaryFolder();
  const proxy = await startProxy(
    await echoTarget(),
    '--record',
    `${folder}/sub/../${'x'.repeat(254)}`,
  );
  await echo(await Client.open(proxy.port), { bytes: 1 << 10, seed: 1 });
  await proxy.errors.line(/^wsproxy: warning .*is not recorded: ENAMETOOLONG/);
});
