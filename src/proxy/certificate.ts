import { messageOf } from '../error.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import { type Identity, makeIdentity, readIdentity, watchIdentity } from '../relay/identity.js';
import type { Service } from './service.js';
import type { ProxySettings } from './settings.js';

/** The certificate to begin with; undefined without TLS. Rejects with a WswrapError. */
export async function firstIdentity(cert: ProxySettings['cert']): Promise<Identity | undefined> {
  if (cert === undefined) return undefined;
  return cert === 'auto' ? await makeIdentity() : readIdentity(cert);
}

/** Sees to it that the service shows what is in the files now. Files that cannot be used change nothing. */
export class CertificateKeeper {
  /** Ends the watch. */
  readonly close: () => void;
  readonly #cert: ProxySettings['cert'];
  readonly #service: Service;
  readonly #log: ConnectionLog;

  constructor(cert: ProxySettings['cert'], service: Service, log: ConnectionLog) {
    this.#cert = cert;
    this.#service = service;
    this.#log = log;
    this.close = typeof cert === 'object' ? watchIdentity(cert, () => this.renew()) : () => {};
  }

  renew(): void {
    if (typeof this.#cert !== 'object') return;
    try {
      this.#service.renew(readIdentity(this.#cert));
      this.#log.note('certificate', { file: this.#cert.cert });
    } catch (error) {
      this.#log.warning(`the former certificate stays in use: ${messageOf(error)}`);
    }
  }
}
