import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { root } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { runWswrap } from '../support/run-wswrap.js';

requires(['musl-gcc'], 'A program that is linked with musl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wswrap-musl-'));
  const program = join(folder, 'program');
  const seen = '3 1 50 3 1 1 2 3';

  beforeAll(async () => {
    await execa('musl-gcc', [join(root, 'test/servers/musl.c'), '-o', program]);
    expect((await execa(program)).stdout).toBe(seen);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is refused as the command, with the reason', async () => {
    const run = await runWswrap([String(await freePort()), program]);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('is linked with musl');
  });

  test('runs as ever when the command starts it', async () => {
    const run = await runWswrap([String(await freePort()), 'sh', '-c', `${program}; echo $?`]);
    expect(run.stdout.split('\n')).toEqual([seen, '0']);
  });
});
