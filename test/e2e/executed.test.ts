import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { Client, Connection, echo, makeOpening, readResponse } from '../support/client/index.js';
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
  ...functions.map((route) => ({
    route: `vfork and ${route}`,
    words: [`route=${route}`, 'vfork'],
  })),
  { route: 'posix_spawn', words: ['route=posix_spawn'] },
  { route: 'posix_spawnp', words: ['route=posix_spawnp'] },
];
const unfit = serverPath('lines_stdio_static');

/** The client of a program in which the library cannot work: it is told so, and the log says why. */
async function expectGivenUp(words: string[], why: string): Promise<void> {
  const server = await wrapServer('echo_exec', words);
  for (let i = 1; i <= 2; i++) {
    const client = await Client.open(server.port);
    const { data, code } = await client.receiveToClose();
    expect(data).toHaveLength(0);
    expect(code).toBe(1011);
    await server.errors.line(
      new RegExp(`^wswrap: warning pid=\\d+ command=\\S+ reason="hands a connection to ${why},`),
      i,
    );
    await server.logged('closed', { code: 1011 }, i);
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

  test('is closed when the program is linked statically', async () => {
    await expectGivenUp([...words, `command=${unfit}`], 'a statically linked program');
  });
});

describe('A connection is closed when it goes to', () => {
  const path = (name: string) => join(makeFolder(), name);

  test.for(['execv', 'execlp', 'fexecve', 'posix_spawn'])(
    'a script of a script of a static program, by %s',
    async (route) => {
      const inner = path('inner');
      const outer = path('outer');
      writeFileSync(inner, `#!${unfit}\n`, { mode: 0o755 });
      writeFileSync(outer, `#! ${inner} argument\n`, { mode: 0o755 });
      await expectGivenUp([`route=${route}`, `command=${outer}`], 'a statically linked program');
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
    await expectGivenUp([`command=${program}`], 'a program of another libc');
  });

  test('a program that runs as another user than who starts it', async () => {
    const program = path('setuid');
    copyFileSync(serverPath('lines_stdio'), program);
    chownSync(program, 65534, 65534);
    chmodSync(program, 0o4755);
    await expectGivenUp([`command=${program}`], 'a program that gains privileges');
  });
});

test('A connection is refused when it goes to a static program before its handshake is complete', async () => {
  const server = await wrapServer('echo_exec', [`command=${unfit}`]);
  const connection = await Connection.open(server.port);
  const { request } = makeOpening(server.port);
  await connection.write(request.subarray(0, 40));
  expect((await readResponse(connection)).status).toBe(503);
  expect((await server.logged('refused')).fields.get('reason')).toBe('abandoned');
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
