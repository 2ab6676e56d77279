import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeIdentity, readIdentity } from '../../src/relay/identity.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { cert, key } = await makeIdentity();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const lock = { cipher: 'aes-256-cbc', passphrase: 'x' };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** In files, of which there is one only when there is no text for the other. */
function files(certText: string, keyText?: string) {
  const folder = temporaryFolder();
  writeFileSync(`${folder}/c.pem`, certText);
  if (keyText === undefined) return { cert: `${folder}/c.pem` };
  writeFileSync(`${folder}/k.pem`, keyText);
  return { cert: `${folder}/c.pem`, key: `${folder}/k.pem` };
}

test.each<[string, string, string | undefined, RegExp]>([
  ['no key', cert, undefined, /c\.pem cannot be used: no private key.*--key/],
  ['no key in its file', cert, cert, /k\.pem cannot be used: no private key/],
  ['no certificate', key, undefined, /c\.pem cannot be used: no certificate/],
  ['a locked key', cert, pem(privateKey, 'pkcs8', lock), /passphrase/],
  ['a locked key, the old way', cert, pem(privateKey, 'sec1', lock), /passphrase/],
  ["somebody else's key", cert, pem(privateKey), /does not belong to the first certificate/],
  ['a key of another kind', cert, pem(rsa), /does not belong to the first certificate/],
])('of a certificate and a key that cannot be used it is said why: %s', (_, ...texts) => {
  const [certText, keyText, message] = texts;
  expect(() => readIdentity(files(certText, keyText))).toThrow(message);
});

test('a certificate and its key can be in one file or in two', () => {
  expect(readIdentity(files(cert, key))).toEqual({ cert, key });
  expect(readIdentity(files(`${key}\n${cert}`)).cert).toContain(cert);
});

function pem(some: typeof privateKey, type: 'pkcs8' | 'sec1' = 'pkcs8', locked = {}): string {
  return some.export({ type, format: 'pem', ...locked }).toString();
}
