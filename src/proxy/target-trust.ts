import { existsSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { messageOf, WswrapError } from '../error.js';
import type { Pump } from '../native/pump.js';
import { tlsCiphers } from '../relay/tls-rules.js';
import type { Place, TargetTls } from './settings.js';

/** Where distributions keep the certificates that the system trusts: Debian, Fedora, openSUSE and their kin. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

/** Has the pump speak TLS to the target. Throws a WswrapError when the trusted certificates cannot be used. */
export function secureTarget(pump: Pump, place: Place, { caFile, verified }: TargetTls): void {
  const host = 'unixPath' in place ? 'localhost' : nameInCertificate(place.host);
  const ciphers = tlsCiphers();
  try {
    pump.secureTargets({ roots: verified ? rootsFrom(caFile) : undefined, host, ...ciphers });
  } catch (error) {
    const what = caFile === undefined ? '--ssl-target' : `--ssl-target-ca ${caFile}`;
    throw new WswrapError('bad-option', `${what} cannot be used: ${messageOf(error)}`, error);
  }
}

/** Without the dot that ends a name in DNS (RFC 6066 section 3), and without an address's zone (RFC 4007 section 11). */
const nameInCertificate = (host: string) => host.replace(/\.$|%.*$/, '');

function rootsFrom(caFile: string | undefined): string {
  return caFile === undefined ? commonRoots() : readFileSync(caFile, 'utf8');
}

/** Those of the system, or if it has none those that Node brings along; and those that Node is told to add. */
function commonRoots(): string {
  const system = SYSTEM_FILES.find((path) => existsSync(path));
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const files = [system, extra].filter((path) => path !== undefined && path !== '') as string[];
  const own = system === undefined ? rootCertificates : [];
  return [...own, ...files.map((path) => readFileSync(path, 'utf8'))].join('\n');
}
