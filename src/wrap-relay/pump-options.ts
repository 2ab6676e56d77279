import type { Settings } from '../launcher/settings.js';
import type { PumpOptions } from '../native/pump.js';

/** Each needs a port of its own, of which there are 28,232 unless somebody has changed ip_local_port_range (ip(7)). */
const MAX_CONNECTIONS = 16_384;
const CONNECT_TIMEOUT_MS = 10_000;
const BUFFER_BYTES = 65_536;

/** What the library would do in place, in the pump's words. */
export function pumpOptions(settings: Settings): PumpOptions {
  const { services } = settings;
  return {
    subprotocols: settings.subprotocols,
    dialects: settings.dialects,
    allowOrigins: settings.allowOrigins,
    allowHosts: settings.allowHosts,
    trustProxy: settings.trustProxy,
    handshakeTimeoutMs: settings.handshakeTimeoutMs,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    heartbeatMs: services.heartbeatMs,
    pongTimeoutMs: services.pongTimeoutMs,
    idleTimeoutMs: 0,
    maxConnections: MAX_CONNECTIONS,
    bufferBytes: BUFFER_BYTES,
    tls: services.cert !== undefined,
    http: services.web !== undefined,
    secureOnly: services.sslOnly,
  };
}
