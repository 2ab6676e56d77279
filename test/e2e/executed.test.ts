import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { Client, Connection, echo, makeOpening } from '../support/client/index.js';
import { converse } from '../support/conversation.js';
import { freePort } from '../support/free-port.js';
import { root } from '../support/paths.js';
import { makeFolder } from '../support/real-server.js';
import { runWswrap } from '../support/run-wswrap.js';
import { serverPath, wrapServer } from '../support/wrapped.js';

const functions = [
  'execve',
  'execv',
  'execvp',
  'execvpe',
  'execl',
  'execlp',
  'execle',
  'fexecve',
  'fexecve-path',
  'execveat',
  'syscall-execve',
  'syscall-execveat',
];
const routes = [
  ...functions.map((route) => ({ route, words: [`route=${route}`] })),
  ...['execve', 'execlp', 'fexecve'].map((route) => ({
    route: `vfork and ${route}`,
    words: [`route=${route}`, 'vfork'],
  })),
  { route: 'posix_spawn', words: ['route=posix_spawn'] },
  { route: 'posix_spawnp', words: ['route=posix_spawnp'] },
];
const unfit = serverPath('lines_stdio_static');

/** A program in which the library cannot work is served by the relay. */
async function expectRelayed(words: string[]): Promise<void> {
  const server = await wrapServer('echo_exec', words, { options: ['-v'] });
  for (let i = 1; i <= 2; i++) {
    const peer = await converse(server.port, {}, { lines: 10, answering: true });
    expect((await server.logged('relayed', { reason: 'exec' }, i)).subject).toBe(peer);
    expect((await server.logged('closed', { code: 1000 }, i)).subject).toBe(peer);
  }
}

describe.for(routes)('A connection that goes to a program by $route', ({ words }) => {
  test('is served when the program is linked dynamically', async () => {
    const server = await wrapServer('echo_exec', words);
    for (let i = 1; i <= 2; i++) {
      const client = await Client.open(server.port);
      await echo(client, { bytes: 10_000, seed: i });
      await client.close(1000);
      expect((await client.receiveToClose()).code).toBe(1000);
    }
  });

  test('is served when the program is linked statically', async () => {
    await expectRelayed([...words, `command=${unfit}`]);
  });
});

describe('A connection is served when it goes to', () => {
  const path = (name: string) => join(makeFolder(), name);

  test.for(['execv', 'execlp', 'fexecve', 'posix_spawn'])(
    'a script of a script of a static program, by %s',
    async (route) => {
      const inner = path('inner');
      const outer = path('outer');
      writeFileSync(inner, `#!${unfit}\n`, { mode: 0o755 });
      writeFileSync(outer, `#! ${inner} argument\n`, { mode: 0o755 });
      await expectRelayed([`route=${route}`, `command=${outer}`]);
    },
  );

  test('a program of another libc', async () => {
    const program = path('musl');
    await execa('musl-gcc', [
      '-o',
      program,
      join(root, 'test/servers/lines_stdio.c'),
      '-D_GNU_SOURCE',
    ]);
    await expectRelayed([`command=${program}`]);
  });

  test('a program that runs as another user than who starts it', async () => {
    const program = path('setuid');
    copyFileSync(serverPath('lines_stdio'), program);
    chownSync(program, 65534, 65534);
    chmodSync(program, 0o4755);
    await expectRelayed([`command=${program}`]);
  });
});

test('A connection that goes to a static program before its handshake is complete is served when it is', async () => {
  const server = await wrapServer('echo_exec', [`command=${unfit}`]);
  const connection = await Connection.open(server.port);
  const opening = makeOpening(server.port);
  await connection.write(opening.request.subarray(0, 40));
  await server.accepted(1);
  await connection.write(opening.request.subarray(40));
  const client = await Client.opened(connection, opening);
  expect((await client.receive(5)).toString()).toBe('ready');
});

test('A program that cannot be executed leaves the connection as it is', async () => {
  const program = join(makeFolder(), 'static');
  copyFileSync(unfit, program);
  chmodSync(program, 0o644);
  const server = await wrapServer('echo_exec', [`command=${program}`]);
  const client = await Client.open(server.port);
  expect((await client.receiveToClose()).code).toBe(1000);
});

test.for(['sh -c', 'python3 -c'])(
  'A statically linked program that %s starts is told of as long as nothing listens',
  async (starter) => {
    const [interpreter = '', option = ''] = starter.split(' ');
    const text =
      interpreter === 'sh'
        ? unfit
        : `import os; os.waitpid(os.posix_spawn('${unfit}', ['unfit'], {}), 0)`;
    const run = await runWswrap([String(await freePort()), interpreter, option, text]);
    expect(run.stdout).toMatch(/^ready, pid \d+\nbye$/);
    expect(run.stderr).toMatch(
      /^wswrap: warning pid=\d+ command=\S+ reason="starts \S+\/lines_stdio_static, a statically linked program,/m,
    );
  },
);
