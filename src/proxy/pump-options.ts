import type { PumpOptions } from '../native/pump.js';
import type { ProxySettings } from './settings.js';

/** Waits in user space while a side is slow, for each direction; what the kernel holds comes on top. */
const BUFFER_BYTES = 65_536;

export function pumpOptions(settings: ProxySettings): PumpOptions {
  return {
    subprotocols: settings.subprotocols,
    dialects: settings.dialects,
    allowOrigins: settings.allowOrigins,
    allowHosts: settings.allowHosts,
    trustProxy: settings.trustProxy,
    handshakeTimeoutMs: settings.handshakeTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    heartbeatMs: settings.heartbeatMs,
    pongTimeoutMs: settings.pongTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    maxConnections: Math.ceil(settings.maxConnections / settings.workers),
    bufferBytes: BUFFER_BYTES,
    tls: settings.cert !== undefined,
    http: settings.web !== undefined,
    secureOnly: settings.sslOnly,
  };
}
