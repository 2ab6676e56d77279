import { closeSync } from 'node:fs';
import type { OtherArrival, Pump } from '../native/pump.js';
import type { Identity } from './identity.js';
import { type TlsEvents, TlsTerminator } from './tls-terminator.js';
import { webHandler } from './web-handler.js';
import { WebServer } from './web-server.js';

export interface ReceptionSettings {
  readonly handshakeTimeoutMs: number;
  /** As --web; undefined: no plain HTTP is expected. */
  readonly web?: string | undefined;
  /** As --allow-host. */
  readonly allowHosts?: string | undefined;
}

/** Takes the connections that a pump hands on: gives TLS hellos back to it in the clear, and answers plain HTTP requests. */
export class Reception {
  readonly #tls: TlsTerminator | undefined;
  readonly #web: WebServer | undefined;

  /** Without an identity no TLS is expected. */
  constructor(
    pump: Pump,
    { handshakeTimeoutMs, web, allowHosts }: ReceptionSettings,
    identity: Identity | undefined,
    events: TlsEvents,
  ) {
    if (identity !== undefined) {
      this.#tls = new TlsTerminator(pump, identity, handshakeTimeoutMs, events);
    }
    if (web !== undefined) {
      this.#web = new WebServer(webHandler(web), handshakeTimeoutMs, allowHosts);
    }
  }

  receive(arrival: OtherArrival): void {
    const receiver = arrival.kind === 'tls' ? this.#tls : this.#web;
    if (receiver === undefined) closeSync(arrival.fd);
    else receiver.receive(arrival);
  }

  /** For connections to come. */
  renew(identity: Identity): void {
    this.#tls?.renew(identity);
  }

  /** Breaks all connections off. */
  close(): void {
    this.#tls?.close();
    this.#web?.close();
  }
}
