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
  const host = 'unixPath' in place ? 'localhost' : place.host;
  const ciphers = tlsCiphers();
  try {
    pump.secureTargets({ roots: verified ? rootsFrom(caFile) : undefined, host, ...ciphers });
  } catch (error) {
    const from = caFile === undefined ? "the system's certificates" : `--ssl-target-ca ${caFile}`;
    throw new WswrapError('bad-option', `${from} cannot be used: ${messageOf(error)}`, error);
  }
}

/** Those of the system, or if it has none those that Node brings along, unless there is a file. */
function rootsFrom(caFile: string | undefined): string {
  const file = caFile ?? SYSTEM_FILES.find((path) => existsSync(path));
  return file === undefined ? rootCertificates.join('\n') : readFileSync(file, 'utf8');
}
