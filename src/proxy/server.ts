import { messageOf } from '../error.js';
import {
  createPump,
  type Endpoint,
  type Pump,
  type PumpEvent,
  type WebsocketArrival,
} from '../native/pump.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import type { Identity } from '../relay/identity.js';
import { pumpOptions } from '../relay/pump-options.js';
import { Reception } from '../relay/reception.js';
import type { PageRefused } from '../relay/web-server.js';
import { HealthCheck } from './health-check.js';
import { Metrics, type MetricsSnapshot } from './metrics.js';
import type { Provisions, Service } from './service.js';
import { type ProxySettings, placeText } from './settings.js';
import { TargetConnector } from './target-connector.js';
import { TargetError } from './target-error.js';

/** RFC 6455 section 7.4.1: the server goes away. */
const GOING_AWAY = 1001;
/** So long a client has to answer our Close before its connection is broken off. */
export const CLOSING_MS = 2000;
const NONE = { open: 0, opening: 0 };

/** What is kept of a connection for the line about its end. */
interface Connection {
  readonly peer: Endpoint;
  readonly port: number;
  readonly dialect: string;
}

/** Serves the clients of some listening sockets in this process. */
export class ProxyServer implements Service {
  /** Resolves after `drain` or `stop`, when the line about the last connection is written. */
  readonly ended: Promise<void>;
  readonly #settings: ProxySettings;
  readonly #log: ConnectionLog;
  readonly #pump: Pump;
  readonly #metrics: Metrics;
  readonly #target: TargetConnector;
  readonly #health: HealthCheck;
  readonly #reception: Reception;
  readonly #opening = new Map<number, WebsocketArrival>();
  readonly #open = new Map<number, Connection>();
  /** Our own connections, of which nobody is told. */
  readonly #checks = new Set<number>();
  #emptied: () => void = () => {};
  #ending = false;
  #stopped = false;

  /** Throws a WswrapError when a file of the settings cannot be used. */
  constructor(provisions: Provisions) {
    const { settings, identity, listenFds, log } = provisions;
    this.#settings = settings;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#emptied = resolve;
    });
    this.#pump = createPump(pumpOptions(settings, settings, limits(settings)), (events) => {
      for (const event of events) this.#on(event);
    });
    this.#metrics = new Metrics(() => this.#pump.counters());
    const { handshakeTimeoutMs, connectTimeoutMs, dialects } = settings;
    this.#health = new HealthCheck(this.#pump, dialects, handshakeTimeoutMs + connectTimeoutMs);
    try {
      this.#target = new TargetConnector(this.#pump, provisions);
      this.#reception = new Reception(this.#pump, settings, identity, (request) =>
        this.#tellRefused(request),
      );
    } catch (error) {
      // Its thread would keep the process.
      this.#pump.stop();
      throw error;
    }
    if (identity !== undefined) this.#metrics.certificate(identity.cert);
    for (const fd of listenFds) this.#pump.listen(fd);
  }

  reopenLog(): void {
    this.#log.reopen();
  }

  renew(identity: Identity): void {
    this.#reception.renew(identity);
    this.#metrics.certificate(identity.cert);
  }

  async drain(): Promise<void> {
    this.#ending = true;
    this.#pump.stopListening();
    this.#lookWhetherEmpty();
    const { drainTimeoutMs } = this.#settings;
    const patience = setTimeout(() => this.#pump.closeAll(GOING_AWAY), drainTimeoutMs);
    const end = setTimeout(() => this.stop(), drainTimeoutMs + CLOSING_MS);
    await this.ended;
    clearTimeout(patience);
    clearTimeout(end);
    this.stop();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#ending = true;
    this.#stopped = true;
    this.#pump.stop();
    this.#reception.close();
    this.#lookWhetherEmpty();
  }

  async metrics(): Promise<MetricsSnapshot[]> {
    return [await this.#metrics.snapshot()];
  }

  check(): Promise<string | undefined> {
    return this.#health.run();
  }

  #on(event: PumpEvent): void {
    switch (event.kind) {
      case 'websocket':
        void this.#connect(event);
        break;
      case 'http':
        this.#reception.receive(event);
        break;
      case 'tls-failed':
        this.#tlsFailed(event);
        break;
      case 'target-tls-failed':
        this.#log.warning(
          `no TLS connection to ${placeText(this.#settings.target)}: ${event.reason}`,
        );
        break;
      case 'flash':
        this.#metrics.flash();
        this.#log.flash(event.peer);
        break;
      case 'opened':
        this.#opened(event.id);
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'ended':
        this.#ended(event);
        break;
    }
  }

  async #connect(arrival: WebsocketArrival): Promise<void> {
    const { id } = arrival;
    const quiet = arrival.path === this.#health.path;
    if (quiet) this.#checks.add(id);
    this.#opening.set(id, arrival);
    try {
      await this.#target.connect(arrival, !quiet);
    } catch (error) {
      this.#log.warning(messageOf(error));
      this.#pump.refuse(id, error instanceof TargetError ? error.reason : 'target-refused');
    }
  }

  #opened(id: number): void {
    const arrival = this.#opening.get(id);
    this.#opening.delete(id);
    if (arrival === undefined || this.#checks.has(id)) return;
    const { peer, local, dialect } = arrival;
    this.#open.set(id, { peer, port: local.port, dialect });
    this.#metrics.opened(arrival);
    this.#log.opened(arrival);
  }

  #refused(event: Extract<PumpEvent, { kind: 'refused' }>): void {
    if (event.id !== undefined) this.#opening.delete(event.id);
    if (event.id === undefined || !this.#checks.delete(event.id)) this.#tellRefused(event);
    this.#lookWhetherEmpty();
  }

  #tellRefused(refused: PageRefused): void {
    this.#metrics.refused(refused.reason, refused.status);
    this.#log.refused(refused, refused.local.port);
  }

  #ended(event: Extract<PumpEvent, { kind: 'ended' }>): void {
    const connection = this.#open.get(event.id);
    this.#open.delete(event.id);
    this.#checks.delete(event.id);
    if (connection !== undefined) {
      this.#metrics.closed(connection.dialect, event);
      this.#log.closed(connection.peer, connection.port, event);
    }
    this.#lookWhetherEmpty();
  }

  #tlsFailed({ peer, local, reason }: Extract<PumpEvent, { kind: 'tls-failed' }>): void {
    this.#metrics.tlsFailed();
    this.#log.failed(peer, local.port, reason);
    this.#lookWhetherEmpty();
  }

  /** The pump tells of the last ends after it was stopped, but not of handshakes. */
  #lookWhetherEmpty(): void {
    if (!this.#ending) return;
    const { open, opening } = this.#stopped ? NONE : this.#pump.counters();
    if (open + opening + this.#open.size === 0) this.#emptied();
  }
}

function limits({ connectTimeoutMs, maxConnections, workers }: ProxySettings) {
  return {
    connectTimeoutMs,
    maxConnections: Math.ceil(maxConnections / workers),
  };
}
