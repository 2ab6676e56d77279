import { constants } from '../native/addon.js';
import type { PumpOptions } from '../native/pump.js';

/** Who is let in, and how, in the pump's own words. */
type Admission = Pick<
  PumpOptions,
  'subprotocols' | 'dialects' | 'allowOrigins' | 'allowHosts' | 'trustProxy' | 'handshakeTimeoutMs'
>;

/** What a port offers, of which the pump has to know. */
interface Offer {
  readonly web?: string | undefined;
  readonly sslOnly: boolean;
  readonly heartbeatMs: number;
  readonly pongTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

type Limits = Pick<PumpOptions, 'connectTimeoutMs' | 'maxConnections'>;

/** What wsproxy and the relay of wswrap tell their pumps. */
export function pumpOptions(admission: Admission, offer: Offer, limits: Limits): PumpOptions {
  return {
    subprotocols: admission.subprotocols,
    dialects: admission.dialects,
    allowOrigins: admission.allowOrigins,
    allowHosts: admission.allowHosts,
    trustProxy: admission.trustProxy,
    handshakeTimeoutMs: admission.handshakeTimeoutMs,
    heartbeatMs: offer.heartbeatMs,
    pongTimeoutMs: offer.pongTimeoutMs,
    idleTimeoutMs: offer.idleTimeoutMs,
    connectTimeoutMs: limits.connectTimeoutMs,
    maxConnections: limits.maxConnections,
    bufferBytes: constants.limits.pumpBuffer,
    http: offer.web !== undefined,
    secureOnly: offer.sslOnly,
  };
}
