import { closeSync } from 'node:fs';
import type { HttpArrival, Pump } from '../native/pump.js';
import type { Identity } from './identity.js';
import { tlsCiphers } from './tls-rules.js';
import { webHandler } from './web-handler.js';
import { type PageRefused, WebServer } from './web-server.js';

export interface ReceptionSettings {
  readonly handshakeTimeoutMs: number;
  /** As --web; undefined: no plain HTTP is expected. */
  readonly web?: string | undefined;
  /** As --allow-host. */
  readonly allowHosts?: string | undefined;
}

/** What a pump's port is besides WebSocket: who it is in TLS, and what it answers to plain HTTP requests. */
export class Reception {
  readonly #pump: Pump;
  readonly #web: WebServer | undefined;

  /** Without an identity no TLS is spoken. `refused` is told of requests for pages that are. */
  constructor(
    pump: Pump,
    { handshakeTimeoutMs: timeoutMs, web, allowHosts }: ReceptionSettings,
    identity: Identity | undefined,
    refused: (request: PageRefused) => void,
  ) {
    this.#pump = pump;
    if (identity !== undefined) this.renew(identity);
    if (web !== undefined) {
      this.#web = new WebServer(webHandler(web), { timeoutMs, allowHosts, refused });
    }
  }

  receive(arrival: HttpArrival): void {
    if (this.#web === undefined) closeSync(arrival.fd);
    else this.#web.receive(arrival);
  }

  /** For connections to come. */
  renew(identity: Identity): void {
    this.#pump.identify({ ...identity, ...tlsCiphers() });
  }

  /** Breaks all connections off. */
  close(): void {
    this.#web?.close();
  }
}
