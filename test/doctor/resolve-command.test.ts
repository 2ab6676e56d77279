import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveCommand } from '../../src/doctor/resolve-command.js';

const first = mkdtempSync(join(tmpdir(), 'wswrap-path-'));
const second = mkdtempSync(join(tmpdir(), 'wswrap-path-'));
const searchPath = `${first}:${second}`;

function file(folder: string, name: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

describe('a command', () => {
  test('is found in the first folder that has it executable', () => {
    file(first, 'both', 0o644);
    const path = file(second, 'both', 0o755);
    expect(resolveCommand('both', searchPath)).toBe(path);
  });

  test('with a slash is a path', () => {
    const path = file(first, 'direct', 0o755);
    expect(resolveCommand(path, undefined)).toBe(path);
  });

  test('is looked for in the usual folders when there is no PATH', () => {
    expect(resolveCommand('sh', undefined)).toBe('/bin/sh');
  });

  test('is looked for in the current folder when PATH has an empty item', () => {
    expect(() => resolveCommand('package.json', ':/nowhere')).toThrow(
      expect.objectContaining({ exitCode: 126 }),
    );
  });

  test('that is nowhere: 127', () => {
    expect(() => resolveCommand('nowhere', searchPath)).toThrow(
      expect.objectContaining({ code: 'not-found', exitCode: 127 }),
    );
  });

  test('that may not be executed: 126', () => {
    file(first, 'text', 0o644);
    expect(() => resolveCommand('text', searchPath)).toThrow(
      expect.objectContaining({ code: 'not-executable', exitCode: 126 }),
    );
  });

  test('that is a folder: 126', () => {
    mkdirSync(join(first, 'folder'));
    expect(() => resolveCommand(join(first, 'folder'), searchPath)).toThrow(
      expect.objectContaining({
        code: 'not-executable',
        message: expect.stringMatching(/directory/),
      }),
    );
  });
});
