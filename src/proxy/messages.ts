import type { ErrorCode } from '../error.js';
import type { Identity } from '../relay/identity.js';
import type { MetricsSnapshot } from './metrics.js';
import type { ProxySettings } from './settings.js';

/* What the processes of one proxy say to each other, as JSON over the channel that Node gives a child. */

/** A WswrapError on its way. */
export interface Failure {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
}

/** A background process is told what to do, and answers once. */
export interface DaemonOrder {
  readonly settings: ProxySettings;
}

export type DaemonAnswer = { readonly kind: 'ready'; readonly description: string } | Failure;

/** What a worker is made of. The listening sockets are its descriptors from WORKER_FIRST_FD on. */
export interface WorkerOrder {
  readonly kind: 'serve';
  readonly settings: ProxySettings;
  readonly identity: Identity | undefined;
  readonly listeners: number;
  readonly recordingCounterFd: number | undefined;
}

/** After the standard streams and the channel. */
export const WORKER_FIRST_FD = 4;

export type ToWorker =
  | WorkerOrder
  | { readonly kind: 'reopen-log' | 'drain' | 'stop' }
  | { readonly kind: 'renew'; readonly identity: Identity }
  | { readonly kind: 'ask'; readonly id: number; readonly what: 'metrics' | 'check' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | Failure
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly metrics?: MetricsSnapshot[];
      /** Why a client would not be served. */
      readonly trouble?: string | undefined;
    };
