import { X509Certificate } from 'node:crypto';
import {
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { Ended, PumpCounters, WebsocketArrival } from '../native/pump.js';
import type { RefusalToken } from '../native/tables.js';

/** What a process has measured, as data that can go to another one. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** From a page that is left at once to a session of a day. */
const DURATION_BUCKETS = [0.1, 1, 10, 60, 600, 3600, 14_400, 86_400];

/** The measures of one process that serves. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #opened: Counter<'dialect' | 'tls'>;
  readonly #closed: Counter<'dialect' | 'result'>;
  readonly #refused: Counter<'reason' | 'status'>;
  readonly #tlsFailed: Counter;
  readonly #flash: Counter;
  readonly #duration: Histogram<'dialect'>;
  readonly #certificateEnd: Gauge;

  constructor(counters: () => PumpCounters) {
    const registers = [this.#registry];
    this.#opened = new Counter({
      name: 'wsproxy_connections_opened_total',
      help: 'WebSocket connections whose handshake and target connection succeeded',
      labelNames: ['dialect', 'tls'],
      registers,
    });
    this.#closed = new Counter({
      name: 'wsproxy_connections_closed_total',
      help: 'WebSocket connections that have ended, by what ended them',
      labelNames: ['dialect', 'result'],
      registers,
    });
    this.#refused = new Counter({
      name: 'wsproxy_handshakes_refused_total',
      help: 'Connections that were refused, by reason and HTTP status (0: not answered in HTTP)',
      labelNames: ['reason', 'status'],
      registers,
    });
    this.#tlsFailed = new Counter({
      name: 'wsproxy_tls_handshakes_failed_total',
      help: 'Connections whose TLS handshake failed',
      registers,
    });
    this.#flash = new Counter({
      name: 'wsproxy_flash_policy_requests_total',
      help: 'Flash policy requests answered',
      registers,
    });
    this.#duration = new Histogram({
      name: 'wsproxy_connection_duration_seconds',
      help: 'How long WebSocket connections have lasted, from accept to end',
      labelNames: ['dialect'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#certificateEnd = new Gauge({
      name: 'wsproxy_certificate_expiry_timestamp_seconds',
      help: 'When the certificate in use ends; 0 when there is none',
      aggregator: 'min',
      registers,
    });
    this.#readFrom(counters, registers);
  }

  opened({ dialect, secure }: WebsocketArrival): void {
    this.#opened.inc({ dialect, tls: secure ? 'yes' : 'no' });
  }

  closed(dialect: string, { cause, ms }: Ended): void {
    this.#closed.inc({ dialect, result: cause });
    this.#duration.observe({ dialect }, ms / 1000);
  }

  refused(reason: RefusalToken, status: number): void {
    this.#refused.inc({ reason, status: String(status) });
  }

  tlsFailed(): void {
    this.#tlsFailed.inc();
  }

  flash(): void {
    this.#flash.inc();
  }

  certificate(pem: string): void {
    this.#certificateEnd.set(new Date(new X509Certificate(pem).validTo).getTime() / 1000);
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }

  /** What the pump counts by itself. */
  #readFrom(counters: () => PumpCounters, registers: Registry[]): void {
    new Gauge({
      name: 'wsproxy_connections_open',
      help: 'WebSocket connections that are open',
      aggregator: 'sum',
      registers,
      collect() {
        this.set(counters().open);
      },
    });
    new Gauge({
      name: 'wsproxy_handshakes_open',
      help: 'Connections in their handshake',
      aggregator: 'sum',
      registers,
      collect() {
        this.set(counters().opening);
      },
    });
    new Counter({
      name: 'wsproxy_payload_bytes_total',
      help: 'Payload carried, from clients (in) and to clients (out)',
      labelNames: ['direction'],
      registers,
      collect() {
        const { bytesIn, bytesOut } = counters();
        this.reset();
        this.inc({ direction: 'in' }, bytesIn);
        this.inc({ direction: 'out' }, bytesOut);
      },
    });
  }
}
