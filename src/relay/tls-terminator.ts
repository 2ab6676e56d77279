import { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { addon } from '../native/addon.js';
import type { OtherArrival, Pump } from '../native/pump.js';
import type { Identity } from './identity.js';
import { splice } from './splice.js';

export interface TlsEvents {
  /** `reason` is a word for programs, such as ECONNRESET or ERR_SSL_NO_SHARED_CIPHER. */
  failed(arrival: OtherArrival, reason: string): void;
}

/**
 * Takes TLS off: a connection that the pump has found to begin with it goes back to the pump in the clear, over a pair of
 * sockets, where it is sniffed again.
 */
export class TlsTerminator {
  readonly #pump: Pump;
  readonly #timeoutMs: number;
  readonly #events: TlsEvents;
  readonly #sockets = new Set<TLSSocket>();
  #context: SecureContext;

  /** `timeoutMs` is for the TLS handshake; the pump has its own for what follows. */
  constructor(pump: Pump, identity: Identity, timeoutMs: number, events: TlsEvents) {
    this.#pump = pump;
    this.#timeoutMs = timeoutMs;
    this.#events = events;
    this.#context = contextOf(identity);
  }

  /** For connections to come; those that are open keep what they have. */
  renew(identity: Identity): void {
    this.#context = contextOf(identity);
  }

  receive(arrival: OtherArrival): void {
    const raw = new Socket({ fd: arrival.fd, allowHalfOpen: true });
    const secure = new TLSSocket(raw, {
      isServer: true,
      secureContext: this.#context,
      allowHalfOpen: true,
    } as ConstructorParameters<typeof TLSSocket>[1]);
    this.#sockets.add(secure);
    const late = setTimeout(
      () => secure.destroy(failure('handshake-timeout')),
      this.#timeoutMs,
    ).unref();
    let established = false;
    secure.once('secure', () => {
      clearTimeout(late);
      established = true;
      this.#returnToPump(secure, arrival);
    });
    secure.on('error', (error: NodeJS.ErrnoException) => {
      if (!established) this.#events.failed(arrival, error.code ?? error.message);
    });
    secure.once('close', () => {
      clearTimeout(late);
      this.#sockets.delete(secure);
    });
  }

  /** Breaks all connections off. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #returnToPump(secure: TLSSocket, { kind, fd, ...origins }: OtherArrival): void {
    const [ours, theirs] = addon.socketPair();
    splice(secure, ours);
    this.#pump.adopt(theirs, { ...origins, secure: true });
  }
}

function contextOf(identity: Identity): SecureContext {
  return createSecureContext({ ...identity, minVersion: 'TLSv1.2' });
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
