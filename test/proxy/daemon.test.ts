import { existsSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { Client, echo } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { root, wsproxy } from '../support/paths.js';
import { echoTarget } from '../support/proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs wsproxy until it has gone to the background, as a user does, with a pipe to read what it says. */
function start(...args: string[]) {
  return execa(process.execPath, [wsproxy, ...args], { cwd: root, reject: false });
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function gone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
}

/** Ends the daemon when the test does, whatever has become of it. */
function endWithTest(pid: number): void {
  onTestFinished(async () => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await gone(pid);
  });
}

describe('a daemon', () => {
  test('serves once the command has ended, says where, and leaves nothing when it is told to end', async () => {
    const [folder, port, target] = [temporaryFolder(), await freePort(), await echoTarget()];
    const [pidFile, logFile] = [`${folder}/pid`, `${folder}/log`];
    const { stdout, stderr, exitCode } = await start(
      ...['--pid-file', pidFile, '--log-file', logFile, '--cert', 'auto', '--workers', '2'],
      ...['--drain-timeout', '0', `127.0.0.1:${port}`, `localhost:${target}`],
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    endWithTest(pid);
    expect(stdout).toBe(
      `wsproxy: listening on 127.0.0.1:${port} to localhost:${target}, pid ${pid}, log ${logFile}`,
    );
    const session = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3];
    expect(Number(session)).toBe(pid);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');

    const client = await Client.open(port, { secure: true });
    await echo(client, { bytes: 1 << 16, seed: 1 });
    process.kill(pid, 'SIGTERM');
    const { code } = await client.receiveToClose({ answering: true });
    expect(code).toBe(1001);
    await gone(pid);
    expect(existsSync(pidFile)).toBe(false);
    expect(readFileSync(logFile, 'utf8')).toMatch(/^wsproxy: listening .*\n.*opened .*\n.*closed /);
  });

  test('without a log says so, and writes to nobody', async () => {
    const port = await freePort();
    const { stdout } = await start(`127.0.0.1:${port}`, 'localhost:1');
    const pid = Number(/pid (\d+), log none$/.exec(stdout)?.[1]);
    endWithTest(pid);
    for (const fd of [0, 1, 2]) expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).toBe('/dev/null');
    process.kill(pid, 'SIGTERM');
    await gone(pid);
  });

  test('begins its log anew on SIGHUP', async () => {
    const [folder, port, target] = [temporaryFolder(), await freePort(), await echoTarget()];
    const logFile = `${folder}/log`;
    const args = ['--log-file', logFile, '--drain-timeout', '0'];
    const { stdout } = await start(...args, `127.0.0.1:${port}`, `127.0.0.1:${target}`);
    const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
    endWithTest(pid);
    renameSync(logFile, `${logFile}.1`);
    process.kill(pid, 'SIGHUP');
    await expect.poll(() => existsSync(logFile), { timeout: 10_000 }).toBe(true);
    await Client.open(port);
    await expect.poll(() => readFileSync(logFile, 'utf8')).toMatch(/^wsproxy: opened /);
    process.kill(pid, 'SIGTERM');
    await gone(pid);
  });
});

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port, '127.0.0.1');
    server.close();
    return true;
  } catch {
    return false;
  }
}

describe('what is wrong before it listens is seen by who has started it', () => {
  test('a port that is taken', async () => {
    const taken = createServer();
    const port = await listen(taken, 0, '127.0.0.1');
    for (const options of [[], ['-f'], ['--workers', '2']]) {
      const { stderr, exitCode } = await start(...options, `127.0.0.1:${port}`, 'localhost:1');
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(`wsproxy: cannot listen on 127.0.0.1:${port}: EADDRINUSE`);
    }
    taken.close();
  });

  test.for([
    [['--cert', '/nowhere.pem'], '--cert /nowhere.pem cannot be read', 2],
    [['--cert', '/etc/hostname'], '--cert /etc/hostname cannot be used', 2],
    [['--log-file', '/nowhere/log'], '--log-file /nowhere/log cannot be opened', 2],
    [['--ssl-target', '--ssl-target-ca', '/nowhere.pem'], '--ssl-target-ca /nowhere.pem', 2],
    [['--web', '/nowhere'], '--web /nowhere is not a folder', 2],
    [['--record', '/nowhere/record'], '--record /nowhere/record cannot be written', 2],
    [['--pid-file', '/nowhere/pid'], '--pid-file /nowhere/pid cannot be written', 1],
    [['--metrics', '192.0.2.1:1'], '--metrics: cannot listen on 192.0.2.1:1', 1],
  ] as const)('%j, and nobody stays behind', async ([options, message, exitCode]) => {
    const port = await freePort();
    for (const more of [[], ['-f']]) {
      const outcome = await start(...more, ...options, `127.0.0.1:${port}`, 'localhost:1');
      expect(outcome.stderr).toContain(`wsproxy: ${message}`);
      expect(outcome.exitCode).toBe(exitCode);
      await expect.poll(() => isFree(port), { timeout: 20_000 }).toBe(true);
    }
  });

  test('a Unix socket that somebody listens on, or a file in its place, which is left alone', async () => {
    const folder = temporaryFolder();
    const [file, socket] = [`${folder}/file`, `${folder}/socket`];
    writeFileSync(file, 'precious');
    const taken = createServer().listen(socket);
    for (const path of [file, socket]) {
      const { stderr, exitCode } = await start('-f', '--unix-listen', path, 'localhost:1');
      expect(stderr).toMatch(`wsproxy: cannot listen on ${path}: EADDRINUSE`);
      expect(exitCode).toBe(1);
    }
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(existsSync(socket)).toBe(true);
    taken.close();
  });

  test('a bad option', async () => {
    const { stderr, exitCode } = await start('--heartbeat', 'often', '80', 'localhost:1');
    expect(stderr).toMatch(/--heartbeat.*often.*wsproxy --help/s);
    expect(exitCode).toBe(2);
  });
});
