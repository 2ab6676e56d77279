import { DEFAULT_CIPHERS } from 'node:tls';
import { WswrapError } from '../error.js';
import type { TlsCiphers } from '../native/pump.js';

/** The pump calls the OpenSSL that Node brings along, of which it knows this version. */
const OPENSSL = '3';

/** Node's own choice of ciphers. Throws a WswrapError where the pump cannot speak TLS with this Node. */
export function tlsCiphers(): TlsCiphers {
  const version = process.versions.openssl ?? 'none';
  if (version.split('.')[0] !== OPENSSL) {
    throw new WswrapError(
      'bad-option',
      `TLS needs a Node with OpenSSL ${OPENSSL}; this one (${process.execPath}) has ${version}`,
    );
  }
  const names = DEFAULT_CIPHERS.split(':');
  const isSuite = (name: string) => name.startsWith('TLS_');
  return {
    ciphers: names.filter((name) => !isSuite(name)).join(':'),
    suites: names.filter(isSuite).join(':'),
  };
}
