import type { ConnectionLog } from '../relay/connection-log.js';
import type { Identity } from '../relay/identity.js';
import type { MetricsSnapshot } from './metrics.js';
import type { ProxySettings } from './settings.js';

/** What it takes to serve. */
export interface Provisions {
  readonly settings: ProxySettings;
  /** Undefined without TLS. */
  readonly identity: Identity | undefined;
  /** Listening sockets; whoever gets the provisions closes them. */
  readonly listenFds: readonly number[];
  /** That all processes share (addon.recordingCounter); undefined when nothing is recorded. */
  readonly recordingCounterFd: number | undefined;
  readonly log: ConnectionLog;
}

/** What serves the clients: this process, or workers under its supervision. */
export interface Service {
  /** Somebody may have moved the log's file away. */
  reopenLog(): void;
  /** Shows another certificate to clients that come from now on. */
  renew(identity: Identity): void;
  /** Takes no new clients. Resolves when the last connection has ended, if necessary by a Close after the drain timeout. */
  drain(): Promise<void>;
  /** Ends everything at once; `drain` then resolves. */
  stop(): void;
  /** One for each process. */
  metrics(): Promise<MetricsSnapshot[]>;
  /** Resolves to why a client would not be served; undefined when it would. */
  check(): Promise<string | undefined>;
}
