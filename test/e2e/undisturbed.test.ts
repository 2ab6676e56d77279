import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Connection } from '../support/client/index.js';
import { readExactly } from '../support/client/response.js';
import { freePort } from '../support/free-port.js';
import { root, wswrap } from '../support/paths.js';
import { Program, untilAsleep } from '../support/process.js';
import { requires } from '../support/requires.js';
import { serverPath } from '../support/wrapped.js';

const run = promisify(execFile);

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

async function outcome(command: string, args: string[]): Promise<Outcome> {
  try {
    const running = run(command, args, { cwd: root, maxBuffer: 1 << 26 });
    // Who does not read it may have ended already.
    running.child.stdin?.on('error', () => undefined).end('input\n');
    return { code: 0, ...(await running) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

/** Output and end of a command as it is, and under wswrap on a port that it never listens on. */
async function bothWays(command: string, ...args: string[]): Promise<[Outcome, Outcome]> {
  const port = await freePort();
  const plain = await outcome(command, args);
  const wrapped = await outcome(process.execPath, [wswrap, String(port), '--', command, ...args]);
  // What wswrap itself says about a command that never listened is not the command's.
  wrapped.stderr = wrapped.stderr.replace(/^wswrap: .*\n(?: .*\n)*/gm, '');
  return [plain, wrapped];
}

const python = `
import os, select, socket, subprocess, threading
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b"GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\n\\r\\n")
print(server.recv(1000, socket.MSG_PEEK), server.recv(10), select.select([server], [], [], 0)[0] == [server])
copy = os.dup(server.fileno())
print(os.read(copy, 1000))
os.write(copy, b"\\x81\\x00"); os.close(copy); server.shutdown(socket.SHUT_WR)
print(client.recv(100), client.recv(100))
left, right = socket.socketpair()
left.setblocking(False)
try: left.recv(1)
except BlockingIOError as error: print(error.errno)
pid = os.fork()
if pid == 0: right.send(b"child"); os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), left.recv(9))
print(subprocess.run(["sh", "-c", "echo out; exit 7"], capture_output=True))
datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); datagram.bind(("127.0.0.1", 0))
datagram.sendto(b"", datagram.getsockname()); print(datagram.recvfrom(9)[0])
try: os.read(999, 1)
except OSError as error: print(error)
`;

const node = `
import { createServer, connect } from 'node:net';
const server = createServer((socket) => socket.on('data', (data) => socket.end(data))).listen(0, () => {
  const client = connect(server.address().port, () => client.write('GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\n\\r\\n'));
  client.on('data', (data) => process.stdout.write(data)).on('end', () => server.close());
});
`;

const commands: [string, ...string[]][] = [
  ['sh', '-c', 'ls / | wc; exit 5'],
  ['sh', '-c', 'echo a | cat | tr a b >&2; kill -TERM $$'],
  ['sh', '-c', 'exec 3<&0; cat <&3; echo line | wc -l'],
  ['bash', '-c', 'cat <(echo one) <(echo two); wait; exec 7>&1; echo seven >&7'],
  [
    'perl',
    '-MSocket',
    '-e',
    'socketpair(A, B, AF_UNIX, SOCK_STREAM, 0); syswrite A, "x\\n"; shutdown A, 1; print <B>',
  ],
  ['/usr/bin/python3', '-c', python],
  ['node', '--input-type=module', '-e', node],
  ['find', '/usr/bin', '-maxdepth', '1', '-name', 'a*'],
];

describe('A command that never listens on the port gives the same output and ends the same way:', () => {
  test.for(commands)('%s %s %s', async ([command, ...args]) => {
    const [plain, wrapped] = await bothWays(command, ...args);
    expect(wrapped).toEqual(plain);
  });
});

/**
 * The calls of the server from its first line of output on, without the numbers that differ from run to run. Left out is
 * that the library asks whether the listener is its own, each time that the program accepts.
 */
function calls(trace: string): string[] {
  const lines = trace
    .split('\n')
    .filter((line) => !/^(---|\+\+\+|getsock(opt|name)\(3,|$)/.test(line));
  const begin = lines.findIndex((line) => line.startsWith('write(1, "pid '));
  return lines.slice(begin + 1).map((line) =>
    line
      .replaceAll(/0x[0-9a-f]+|\d{4,}/g, 'N')
      .replace(/^accept4(.*), 0\)/, 'accept$1)')
      .replace(/ +=/, ' ='),
  );
}

/** Lets one client come, be echoed and go. */
async function serveOne(name: string, wrapping: boolean, file: string): Promise<string[]> {
  const port = String(await freePort());
  const traced = ['strace', '-o', file, serverPath(name), port];
  const args = wrapping ? [wswrap, String(await freePort()), '--', ...traced] : traced.slice(1);
  const server = new Program(wrapping ? process.execPath : 'strace', args);
  const pid = Number((await server.output.line(/^pid /)).slice(4));
  await server.output.line(/^ready /);
  await untilAsleep(pid);
  const connection = await Connection.open(Number(port));
  await server.output.line(/^accepted /);
  await untilAsleep(pid);
  await connection.write(Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'));
  await readExactly(connection, 38);
  await untilAsleep(pid);
  connection.end();
  await server.output.line(/^ended 0/);
  await untilAsleep(pid);
  process.kill(pid, 'SIGTERM');
  await server.exit;
  return calls(readFileSync(file, 'latin1'));
}

requires(['strace'], 'A server on another port makes the same system calls', () => {
  test.for(['echo_select', 'echo_poll', 'echo_epoll', 'echo_edge', 'echo_blocking'])(
    '%s',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'wswrap-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const plain = await serveOne(name, false, join(folder, 'plain'));
      const wrapped = await serveOne(name, true, join(folder, 'wrapped'));
      expect(plain.length).toBeGreaterThan(8);
      expect(wrapped).toEqual(plain);
    },
  );
});
