import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { Program } from '../support/process.js';
import { type RunningProxy, startProxy, startTarget } from '../support/proxy.js';

const CLIENTS = 20;
/** What the proxy may take for 20 connections that stand still, Node's own needs included; a tenth of what waits. */
const KIBIBYTES = 64 << 10;

function memoryOf({ pid }: RunningProxy): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Half of them over TLS. */
function openMany(proxy: RunningProxy): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, i) => Client.open(proxy.port, { secure: i % 2 === 0 })),
  );
}

describe('memory is bounded', () => {
  test('while clients do not read what the target sends without end', async () => {
    const block = Buffer.alloc(1 << 20);
    const target = await startTarget((client) => {
      const more = () => {
        while (client.write(block));
      };
      client.on('drain', more);
      more();
    });
    const proxy = await startProxy(target, '--cert', 'auto');
    const warm = await Client.open(proxy.port, { secure: true });
    await warm.receive(8 << 20);
    const before = memoryOf(proxy);
    for (const client of await openMany(proxy)) await client.receive(1 << 20);
    expect(memoryOf(proxy) - before).toBeLessThan(KIBIBYTES);
  });

  test('while the target does not read what clients send without end', async () => {
    const target = await startTarget((client) => client.pause());
    const proxy = await startProxy(target, '--cert', 'auto');
    const before = memoryOf(proxy);
    const clients = await openMany(proxy);
    const frame = clients[0]?.frame(Buffer.alloc(1 << 20)) ?? Buffer.alloc(0);
    const taken = () =>
      clients.reduce(
        (sum, { connection: { socket } }) => sum + socket.bytesWritten - socket.writableLength,
        0,
      );
    for (const { connection } of clients) {
      for (let i = 0; i < 32; i++) connection.socket.write(frame);
    }
    for (let last = -1; last !== taken(); ) {
      last = taken();
      await sleep(200);
    }
    expect(memoryOf(proxy) - before).toBeLessThan(KIBIBYTES);
  });
});

test.for([false, true])(
  'what a target has sent before it was killed arrives, then a Close (TLS: %s)',
  async (secure) => {
    const program = new Program('/usr/bin/python3', ['-u', 'test/support/python/sender.py']);
    const [, port, bytes] = (await program.output.line(/^ready/)).split(' ');
    const proxy = await startProxy(Number(port), '--cert', 'auto');
    const client = await Client.open(proxy.port, { secure });
    await program.output.line(/^sent/);
    process.kill(program.pid, 'SIGKILL');
    await program.exit;
    const { data, code } = await client.receiveToClose({ answering: true });
    expect(data.equals(Buffer.alloc(Number(bytes), 'wsproxy'))).toBe(true);
    expect(code).toBe(1000);
  },
);
