import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { root, wsproxy } from '../support/paths.js';
import { Program } from '../support/process.js';
import { echoTarget } from '../support/proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What the service manager is told, a message a line, as it stands but with | between the parts of a message. */
async function notifySocket(path: string): Promise<Program> {
  const program = new Program('/usr/bin/python3', ['-u', 'test/support/python/notified.py', path]);
  await program.output.line(/^ready/);
  return program;
}

test('takes the sockets that systemd has opened, and tells it how things are', async () => {
  const target = await echoTarget();
  const socket = `${temporaryFolder()}/notify`;
  const notified = await notifySocket(socket);
  // Opens a socket and executes wsproxy in its own process, as systemd does.
  const proxy = new Program(
    '/usr/bin/python3',
    ['test/support/python/activate.py', process.execPath, wsproxy, `127.0.0.1:${target}`],
    { cwd: root, env: { ...process.env, NOTIFY_SOCKET: socket } },
  );
  const line = await proxy.errors.line(/^wsproxy: listening /);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
  await notified.output.line(
    new RegExp(`^READY=1\\|STATUS=127\\.0\\.0\\.1:${port} to .*:${target}$`),
  );
  const client = await Client.open(port);
  await echo(client, { bytes: 1 << 16, seed: 1 });

  process.kill(proxy.pid, 'SIGHUP');
  await notified.output.line(/^RELOADING=1\|MONOTONIC_USEC=\d+$/);
  await notified.output.line(/^READY=1/, 2);
  await client.close(1000);
  await client.receiveToClose();
  process.kill(proxy.pid, 'SIGTERM');
  await notified.output.line(/^STOPPING=1$/);
  expect(await proxy.exit).toEqual({ code: 0, signal: null });
});

test('a passed socket that brings no connections is refused', async () => {
  const proxy = new Program(
    '/usr/bin/python3',
    [
      'test/support/python/activate.py',
      '--datagrams',
      ...[process.execPath, wsproxy, '127.0.0.1:1'],
    ],
    { cwd: root },
  );
  await proxy.errors.line(/^wsproxy: descriptor 3 .*127\.0\.0\.1:\d+.* does not listen.*Accept=no/);
  expect(await proxy.exit).toEqual({ code: 1, signal: null });
});

test('an abstract socket of the service manager is found, too', async () => {
  const name = `@wsproxy-test-${process.pid}`;
  const notified = await notifySocket(name);
  new Program(process.execPath, [wsproxy, '127.0.0.1:0', '127.0.0.1:1'], {
    cwd: root,
    env: { ...process.env, NOTIFY_SOCKET: name },
  });
  await notified.output.line(/^READY=1/);
});
