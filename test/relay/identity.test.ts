import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeIdentity, readIdentity } from '../../src/relay/identity.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function pemOf(kind: 'P-256' | 'ed25519'): string {
  const { privateKey } =
    kind === 'ed25519'
      ? generateKeyPairSync(kind)
      : generateKeyPairSync('ec', { namedCurve: kind });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function fileOf(content: string, name: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

test('Certificate and key may be in one file, in any order', async () => {
  const { cert, key } = await makeIdentity();
  for (const content of [`${cert}\n${key}`, `${key}\n${cert}`]) {
    const file = fileOf(content, 'both.pem');
    expect(readIdentity({ cert: file })).toEqual({ cert: content, key: content });
  }
});

test.for(['P-256', 'ed25519'] as const)(
  'A key of another certificate (%s) is refused',
  async (kind) => {
    const cert = fileOf((await makeIdentity()).cert, 'cert.pem');
    const key = fileOf(pemOf(kind), 'key.pem');
    expect(() => readIdentity({ cert, key })).toThrow(
      `--cert ${cert} --key ${key} cannot be used: the key is not the certificate's`,
    );
  },
);

test('A file without a key is said to have none', async () => {
  const { cert } = await makeIdentity();
  const file = fileOf(cert, 'cert.pem');
  expect(() => readIdentity({ cert: file })).toThrow('there is no private key');
  expect(() => readIdentity({ cert: file, key: file })).toThrow('there is no private key');
});

test.for(['pkcs8', 'pkcs1'] as const)('A key that is encrypted (%s) is said to be', (type) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const protection = { cipher: 'aes-128-cbc', passphrase: 'x' };
  const key = fileOf(
    privateKey.export({ type, format: 'pem', ...protection }).toString(),
    'key.pem',
  );
  expect(() => readIdentity({ cert: key })).toThrow('the private key is encrypted');
});
