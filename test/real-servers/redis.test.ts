import { execa } from 'execa';
import { expect, test } from 'vitest';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

requires(['redis-server', 'redis-cli', 'redis-benchmark'], 'redis-server', () => {
  test('answers redis-cli, and knows who asks', async () => {
    const server = await RealServer.start(catalogue.redis);
    const bridge = await server.bridge({ from: '127.0.0.1' });
    const ask = async (...command: string[]) =>
      (await execa('redis-cli', ['-p', `${bridge.port}`, ...command])).stdout;
    expect(await ask('PING')).toBe('PONG');
    await server.settle();
    expect(await ask('SET', 'key', 'x'.repeat(100_000))).toBe('OK');
    expect(await ask('GET', 'key')).toBe('x'.repeat(100_000));
    expect(await ask('INCR', 'count')).toBe('1');
    const clients = await ask('CLIENT', 'LIST');
    expect(clients).toMatch(
      `addr=${bridge.connections.at(-1)?.peer} laddr=127.0.0.1:${server.port}`,
    );
    await server.finish();
    expect(server.closeCodes()).toEqual([1000]);
  });

  test('stands redis-benchmark: fifty clients, short and long values, one by one and in pipelines', async () => {
    const server = await RealServer.start(catalogue.redis);
    const bridge = await server.bridge({ from: '127.0.0.1' });
    const tests = 'set,get,lpush,lrange_100';
    const benchmark = async (...args: string[]) =>
      (await execa('redis-benchmark', ['-p', `${bridge.port}`, '--csv', '-t', tests, ...args]))
        .stdout;
    for (const args of [
      ['-n', '2000'],
      ['-n', '5000', '-P', '16'],
      ['-n', '200', '-d', '70000'],
    ]) {
      const lines = (await benchmark('-c', '50', ...args)).split('\n').slice(1);
      for (const name of ['SET', 'GET', 'LPUSH', 'LRANGE_100'])
        expect(lines.find((line) => line.startsWith(`"${name}`))).toMatch(/^"[^"]+","[1-9]/);
      await server.settle();
    }
    await server.finish();
  });

  test('answers a thousand commands of one connection in order', async () => {
    const server = await RealServer.start(catalogue.redis);
    const bridge = await server.bridge({ from: '127.0.0.1' });
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const { stdout } = await execa('redis-cli', ['-p', `${bridge.port}`], {
      input: numbers.map((i) => `ECHO ${i}\n`).join(''),
    });
    expect(stdout).toBe(numbers.join('\n'));
    await server.finish();
  });

  test('in its protected mode denies a client that does not call from 127.0.0.1', async () => {
    const server = await RealServer.start(catalogue.redis);
    const bridge = await server.bridge({ from: '127.0.0.2' });
    const { stdout } = await execa('redis-cli', ['-p', `${bridge.port}`, 'PING']);
    expect(stdout).toMatch(/^DENIED/);
    await server.finish();
  });
});
