import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { addon, constants } from '../../src/native/addon.js';
import { library, root } from '../support/paths.js';

const manifest: { version: string } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

describe('the version', () => {
  test('is that of package.json in the addon', () => {
    expect(constants.version).toBe(manifest.version);
  });

  test('is the same in the library', () => {
    expect(addon.libraryVersion(library)).toBe(manifest.version);
  });

  test.each([
    ['/no/such/library.so', /cannot open/],
    ['libm.so.6', /not a library of wswrap's/],
  ])('of %s cannot be told', (path, message) => {
    expect(() => addon.libraryVersion(path)).toThrow(message);
  });
});

describe('the tables', () => {
  test('hold each token once', () => {
    for (const table of [constants.errors, constants.refusals]) {
      const tokens = table.map(({ token }) => token);
      expect(new Set(tokens).size).toBe(tokens.length);
    }
  });

  test('name every dialect', () => {
    expect(constants.dialects).toEqual(['rfc6455', 'hybi', 'hixie76', 'hixie75']);
  });
});

describe('the addon', () => {
  test('can be loaded in a worker while the main thread has it', async () => {
    const text = `
      const { createRequire } = require('node:module');
      const addon = require(${JSON.stringify(`${root}/build/Release/wswrap.node`)});
      new addon.Decoder('rfc6455', 'binary');
      require('node:worker_threads').parentPort.postMessage(addon.constants.version);`;
    const worker = new Worker(text, { eval: true });
    const version = await new Promise((resolve, reject) =>
      worker.on('message', resolve).on('error', reject),
    );
    expect(version).toBe(manifest.version);
    await worker.terminate();
  });
});
