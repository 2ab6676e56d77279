import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.js';
import { requires } from '../support/requires.js';
import { wrapCommand } from '../support/wrapped.js';

const run = promisify(execFile);

async function startRedis(): Promise<string> {
  const wrapped = await wrapCommand((port) => [
    'redis-server',
    ...[
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--daemonize',
      'no',
    ],
  ]);
  return String(await startBridge(wrapped.port));
}

requires(['redis-server', 'redis-cli', 'redis-benchmark'], 'redis-server', () => {
  test('answers redis-cli', async () => {
    const port = await startRedis();
    const ask = async (...command: string[]) =>
      (await run('redis-cli', ['-p', port, ...command])).stdout;
    expect(await ask('PING')).toBe('PONG\n');
    expect(await ask('SET', 'key', 'x'.repeat(100_000))).toBe('OK\n');
    expect(await ask('GET', 'key')).toBe(`${'x'.repeat(100_000)}\n`);
    expect(await ask('INCR', 'count')).toBe('1\n');
  });

  test('stands redis-benchmark: fifty clients, short and long values, one by one and in pipelines', async () => {
    const port = await startRedis();
    const benchmark = async (...args: string[]) =>
      (
        await run('redis-benchmark', [
          '-p',
          port,
          '--csv',
          '-c',
          '50',
          '-t',
          'set,get,lpush,lrange_100',
          ...args,
        ])
      ).stdout;
    for (const args of [
      ['-n', '2000'],
      ['-n', '5000', '-P', '16'],
      ['-n', '200', '-d', '70000'],
    ]) {
      const lines = (await benchmark(...args)).trim().split('\n').slice(1);
      for (const test of ['SET', 'GET', 'LPUSH', 'LRANGE_100'])
        expect(lines.find((line) => line.startsWith(`"${test}`))).toMatch(/^"[^"]+","[1-9]/);
    }
  });

  test('answers a thousand commands of one connection in order', async () => {
    const port = await startRedis();
    const child = execFile('redis-cli', ['-p', port]);
    const output: string[] = [];
    child.stdout?.on('data', (text: string) => output.push(text));
    child.stdin?.end(Array.from({ length: 1000 }, (_, i) => `ECHO ${i}\n`).join(''));
    await new Promise((resolve) => child.on('close', resolve));
    expect(output.join('')).toBe(
      Array.from({ length: 1000 }, (_, i) => `"${i}"\n`)
        .join('')
        .replaceAll('"', ''),
    );
  });
});
