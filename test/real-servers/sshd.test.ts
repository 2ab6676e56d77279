import { existsSync, mkdirSync } from 'node:fs';
import { chmod, copyFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { Bridge } from '../support/bridge.js';
import { hashOf, hashOfFile } from '../support/hash.js';
import { Random } from '../support/random.js';
import { makeFolder, RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = `
Port PORT
ListenAddress 127.0.0.1
HostKey DIR/host_key
PidFile none
AuthorizedKeysFile DIR/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
LogLevel VERBOSE
MaxStartups 100
Subsystem sftp internal-sftp
`;

/** What scp carries each way, in MiB. */
const MEGABYTES = Number(process.env['WSWRAP_TEST_SCP_MIB'] ?? 1024);

requires(['/usr/sbin/sshd', 'ssh', 'scp', 'ssh-keygen'], 'sshd', () => {
  async function start(): Promise<RealServer> {
    const folder = makeFolder();
    for (const key of ['host_key', 'id'])
      await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/${key}`]);
    await copyFile(`${folder}/id.pub`, `${folder}/authorized_keys`);
    await chmod(folder, 0o755);
    // Started by root, sshd demands this folder, which Debian makes at boot.
    if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd');
    return RealServer.start(catalogue.sshd, { folder, files: { sshd_config: CONFIGURATION } });
  }

  const options = (server: RealServer) => [
    ...['-F', 'none', '-i', server.file('id'), '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'],
    ...['-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${server.file('known_hosts')}`],
  ];
  const account = `${userInfo().username}@127.0.0.1`;

  function ssh(server: RealServer, bridge: Bridge, command: string, input: Uint8Array | '' = '') {
    return execa('ssh', [...options(server), '-p', `${bridge.port}`, account, command], {
      input,
      reject: false,
      encoding: 'buffer',
      maxBuffer: 1 << 28,
    });
  }

  test('runs commands, their ends and their streams as they are, and logs where they come from', async () => {
    const server = await start();
    const bridge = await server.bridge();
    const { stdout, stderr, exitCode } = await ssh(
      server,
      bridge,
      'echo $SSH_CONNECTION; echo error >&2; exit 42',
    );
    expect(Buffer.from(stderr).toString()).toBe('error');
    const [host, port] = bridge.connections[0]?.peer.split(':') ?? [];
    expect(Buffer.from(stdout).toString()).toBe(`${host} ${port} 127.0.0.1 ${server.port}`);
    expect(exitCode).toBe(42);
    await server.wrapped.errors.line(new RegExp(`Connection from ${host} port ${port} on `));
    await server.wrapped.errors.line(new RegExp(`Accepted publickey for \\S+ from ${host} port`));
    await server.settle();

    const random = new Random(5);
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const bytes = random.bytes(2 << 20);
        const { stdout } = await ssh(server, bridge, 'cat', bytes);
        expect(hashOf(stdout)).toBe(hashOf(bytes));
      }),
    );
    await server.finish();
  });

  test(
    `copies ${MEGABYTES} MiB there and back with scp`,
    async () => {
      const server = await start();
      const bridge = await server.bridge();
      const file = server.file('file');
      await execa('dd', ['if=/dev/urandom', `of=${file}`, 'bs=1M', `count=${MEGABYTES}`]);
      const copy = (from: string, to: string) =>
        execa('scp', ['-q', ...options(server), '-P', `${bridge.port}`, from, to]);
      await copy(file, `${account}:${file}.there`);
      await copy(`${account}:${file}.there`, `${file}.back`);
      expect((await stat(`${file}.back`)).size).toBe(MEGABYTES << 20);
      const hash = await hashOfFile(file);
      expect(await hashOfFile(`${file}.there`)).toBe(hash);
      expect(await hashOfFile(`${file}.back`)).toBe(hash);
      await server.finish();
    },
    60_000 + MEGABYTES * 500,
  );

  test('turns away a client without the key', async () => {
    const server = await start();
    const bridge = await server.bridge();
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', server.file('other')]);
    const { stderr, exitCode } = await execa(
      'ssh',
      [...options(server).with(3, server.file('other')), '-o', 'IdentitiesOnly=yes'].concat(
        '-p',
        `${bridge.port}`,
        account,
        'true',
      ),
      { reject: false },
    );
    expect(exitCode).toBe(255);
    expect(stderr).toMatch('Permission denied (publickey)');
    await server.finish();
  });
});
