import { DEFAULT_CIPHERS } from 'node:tls';
import { WswrapError } from '../error.js';
import type { TlsIdentity } from '../native/pump.js';
import type { Identity } from './identity.js';

/** The pump calls the OpenSSL that Node brings along, of which it knows this version. */
const OPENSSL = '3';

/** What the pump needs to speak TLS as Node would. Throws a WswrapError where this Node cannot be used for that. */
export function tlsIdentity({ cert, key }: Identity): TlsIdentity {
  const version = process.versions.openssl ?? 'none';
  if (version.split('.')[0] !== OPENSSL) {
    throw new WswrapError(
      'bad-option',
      `--cert needs a Node with OpenSSL ${OPENSSL}; this one (${process.execPath}) has ${version}`,
    );
  }
  const names = DEFAULT_CIPHERS.split(':');
  const isSuite = (name: string) => name.startsWith('TLS_');
  return {
    cert,
    key,
    ciphers: names.filter((name) => !isSuite(name)).join(':'),
    suites: names.filter(isSuite).join(':'),
  };
}
