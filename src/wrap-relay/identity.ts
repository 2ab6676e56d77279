import type { Services } from '../launcher/settings.js';
import { type Identity, readIdentity, watchIdentity } from '../relay/identity.js';
import type { RelaySettings } from './settings.js';

/** Undefined when there is to be no TLS. */
export function identityOf({ identity, settings }: RelaySettings): Identity | undefined {
  const { cert, key } = settings.services;
  return identity ?? (cert === undefined ? undefined : readIdentity({ cert, key }));
}

/** Calls back when the certificate's files change. Returns what ends that. */
export function watchFiles({ cert, key }: Services, onChange: () => void): () => void {
  return cert === undefined || cert === 'auto' ? () => {} : watchIdentity({ cert, key }, onChange);
}
