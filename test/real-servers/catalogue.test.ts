import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { root } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { catalogue, tableRows } from './catalogue.js';

test('The table in docs/servers.md is what the tests run', () => {
  const text = readFileSync(join(root, 'docs/servers.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  expect(rows.slice(1).filter(([first]) => !/^-+$/.test(first ?? ''))).toEqual(tableRows());
});

describe.for(Object.values(catalogue))('$name', ({ version }) => {
  const [program = '', ...args] = version.command.split(' ');
  requires([program], 'is installed', () => {
    test(`as version ${version.shown}`, async () => {
      const { all } = await execa(program, args, { all: true, reject: false });
      expect(all).toMatch(version.shown);
    });
  });
});
