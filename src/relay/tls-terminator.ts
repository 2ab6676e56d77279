import { closeSync } from 'node:fs';
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

/** Handshakes cost processor time and memory, and nobody is known yet whom they could be counted against. */
const MAX_HANDSHAKES = 1024;

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
  #handshakes = 0;

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
    if (this.#handshakes >= MAX_HANDSHAKES) {
      closeSync(arrival.fd);
      this.#events.failed(arrival, 'too-many-handshakes');
      return;
    }
    const raw = new Socket({ fd: arrival.fd, allowHalfOpen: true });
    const secure = new TLSSocket(raw, {
      isServer: true,
      secureContext: this.#context,
      allowHalfOpen: true,
    } as ConstructorParameters<typeof TLSSocket>[1]);
    this.#sockets.add(secure);
    secure.once('close', () => this.#sockets.delete(secure));
    this.#awaitHandshake(secure, (reason) => {
      if (reason === undefined) this.#returnToPump(secure, arrival);
      else this.#events.failed(arrival, reason);
    });
  }

  /** Breaks all connections off. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Tells once how it has ended: undefined is good. */
  #awaitHandshake(secure: TLSSocket, onEnd: (reason: string | undefined) => void): void {
    const late = setTimeout(() => end('handshake-timeout'), this.#timeoutMs).unref();
    let over = false;
    const end = (reason?: string) => {
      if (over) return;
      over = true;
      clearTimeout(late);
      this.#handshakes--;
      onEnd(reason);
      if (reason !== undefined) secure.destroy();
    };
    this.#handshakes++;
    secure.once('secure', () => end());
    secure.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    secure.once('close', () => end('client-left'));
  }

  #returnToPump(secure: TLSSocket, { kind, fd, ...origins }: OtherArrival): void {
    try {
      const [ours, theirs] = addon.socketPair();
      splice(secure, ours);
      this.#pump.adopt(theirs, { ...origins, secure: true });
    } catch {
      /* There are no more descriptors. */
      secure.destroy();
    }
  }
}

function contextOf(identity: Identity): SecureContext {
  return createSecureContext({ ...identity, minVersion: 'TLSv1.2' });
}
