import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Client, echo, makeOpening } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { Program } from '../support/process.js';
import { processTree } from '../support/process-tree.js';
import { startProxy } from '../support/proxy.js';
import { serverPath } from '../support/wrapped.js';

const CONNECTIONS = 10_000;
const AT_A_TIME = 200;
const KIBIBYTES_EACH = 4;

/** Memory in KiB that the processes have for themselves. */
function memoryOf(pids: readonly number[]): number {
  const sizes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1]);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A client that is silent from its handshake on; no more than a socket, since there are to be many in this process. */
function openIdle(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (head: Buffer) =>
      head.toString('latin1').startsWith('HTTP/1.1 101 ')
        ? resolve(socket)
        : reject(new Error(head.toString('latin1'))),
    );
    socket.write(makeOpening(port).request);
  });
}

test('10,000 idle connections cost less than 4 KiB each', async () => {
  const target = await freePort();
  const server = new Program(serverPath('echo_epoll'), [String(target)]);
  await server.output.line(/^ready /);
  // Each connection takes two descriptors, and not every machine allows 20,000 in one process.
  const proxy = await startProxy(target, '--workers', '2');
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const open = async (count: number) => {
    for (let left = count; left > 0; left -= AT_A_TIME) {
      const batch = Array.from({ length: AT_A_TIME }, () => openIdle(proxy.port));
      sockets.push(...(await Promise.all(batch)));
    }
  };
  await open(2000);
  const processes = processTree(proxy.pid);
  const before = memoryOf(processes);
  await open(CONNECTIONS - 2000);
  const each = (memoryOf(processes) - before) / (CONNECTIONS - 2000);
  console.log(`${each.toFixed(2)} KiB of user memory for each idle connection`);
  expect(each).toBeLessThan(KIBIBYTES_EACH);
  await echo(await Client.open(proxy.port), { bytes: 1 << 20, seed: 1 });
});
