import { readFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import { messageOf, WswrapError } from '../error.js';
import { identityTrouble } from './identity-trouble.js';

/** What the TLS side shows of itself: PEM texts. */
export interface Identity {
  /** The certificate, then those that lead to a root. */
  readonly cert: string;
  readonly key: string;
}

export interface IdentityFiles {
  readonly cert: string;
  /** Absent when the key is in the file of the certificate. */
  readonly key?: string | undefined;
}

const LOOK_MS = 1000;
const DAY_MS = 86_400_000;
/** More than browsers accept of certificates that a public authority has signed is of no use. */
const MADE_DAYS = 397;

/** Throws a WswrapError when a file cannot be read, is not PEM, or key and certificate do not belong together. */
export function readIdentity(files: IdentityFiles): Identity {
  const cert = readPem('--cert', files.cert);
  const key = files.key === undefined ? cert : readPem('--key', files.key);
  const trouble = identityTrouble(cert, key);
  if (trouble !== undefined) {
    const named = files.key === undefined ? '' : ` --key ${files.key}`;
    throw new WswrapError('bad-option', `--cert ${files.cert}${named} cannot be used: ${trouble}`);
  }
  return { cert, key };
}

function readPem(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new WswrapError(
      'bad-option',
      `${option} ${path} cannot be read: ${messageOf(error)}`,
      error,
    );
  }
}

/** A certificate for this computer that nobody has signed. It is never written to a file. */
export async function makeIdentity(): Promise<Identity> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + MADE_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

export interface IdentityEvents {
  renewed(identity: Identity): void;
  failed(message: string): void;
}

/**
 * Keeps an identity as its files have it, however they are replaced: in place, by another file of that name, or by a
 * symbolic link that leads elsewhere. What cannot be used changes nothing.
 */
export class IdentityKeeper {
  readonly #files: IdentityFiles;
  readonly #events: IdentityEvents;
  readonly #timer: NodeJS.Timeout;
  /** What was in the files, or what was wrong with them, when they were looked at last. */
  #seen: string;

  /** `first` is what is in use. The files are looked at until `close`. */
  constructor(files: IdentityFiles, first: Identity, events: IdentityEvents) {
    this.#files = files;
    this.#seen = first.cert + first.key;
    this.#events = events;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** At once. */
  look(): void {
    try {
      const identity = readIdentity(this.#files);
      if (this.#changed(identity.cert + identity.key)) this.#renew(identity);
    } catch (error) {
      if (this.#changed(messageOf(error))) this.#events.failed(messageOf(error));
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What whoever has to use it will not take is not offered to him each time that the files are looked at. */
  #renew(identity: Identity): void {
    try {
      this.#events.renewed(identity);
    } catch (error) {
      this.#events.failed(messageOf(error));
    }
  }

  #changed(now: string): boolean {
    const before = this.#seen;
    this.#seen = now;
    return now !== before;
  }
}
