import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isIP, Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { messageOf, WswrapError } from '../error.js';
import { addon } from '../native/addon.js';
import { type Place, placeText, type TargetTls } from './settings.js';
import { splice } from './splice.js';
import { TargetError } from './target-error.js';

/** A target that is spoken to over TLS. */
export class SecureTarget {
  readonly #place: Place;
  readonly #tls: TargetTls;
  readonly #context: SecureContext;
  readonly #timeoutMs: number;
  readonly #sockets = new Set<Socket>();

  /** Throws a WswrapError when the trusted certificates cannot be read. */
  constructor(place: Place, tls: TargetTls, timeoutMs: number) {
    this.#place = place;
    this.#tls = tls;
    this.#context = contextFor(tls.caFile);
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Connects; the descriptor that it resolves to is the target's side in the clear. `preface` goes before TLS. Rejects with
   * a TargetError.
   */
  async connect(preface: Uint8Array | undefined): Promise<number> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const raw = new Socket({ allowHalfOpen: true });
    this.#sockets.add(raw);
    raw.on('error', () => {}).once('close', () => this.#sockets.delete(raw));
    try {
      const secure = await this.#handshake(raw, preface, signal);
      const [ours, theirs] = addon.socketPair();
      splice(secure, ours);
      return theirs;
    } catch (error) {
      raw.destroy();
      throw new TargetError(
        signal.aborted ? 'target-timeout' : 'target-refused',
        `no TLS connection to ${placeText(this.#place)}: ${signal.aborted ? 'no answer' : messageOf(error)}`,
      );
    }
  }

  /** Breaks all connections off. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #handshake(
    raw: Socket,
    preface: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<TLSSocket> {
    const place = this.#place;
    raw.connect('unixPath' in place ? { path: place.unixPath } : { ...place });
    await once(raw, 'connect', { signal });
    if (preface !== undefined) raw.write(preface);
    const host = 'unixPath' in place ? 'localhost' : place.host;
    const secure = connectTls({
      socket: raw,
      host,
      // Addresses are not sent as names (RFC 6066 section 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: this.#context,
      rejectUnauthorized: this.#tls.verified,
    });
    secure.on('error', () => {});
    await once(secure, 'secureConnect', { signal });
    return secure;
  }
}

function contextFor(caFile: string | undefined): SecureContext {
  if (caFile === undefined) return createSecureContext({ minVersion: 'TLSv1.2' });
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ca: readFileSync(caFile) });
  } catch (error) {
    throw new WswrapError(
      'bad-option',
      `--ssl-target-ca ${caFile} cannot be used: ${messageOf(error)}`,
      error,
    );
  }
}
