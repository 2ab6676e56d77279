import type { Ended, Endpoint, PumpEvent, WebsocketArrival } from '../native/pump.js';
import { refusalEntry } from '../native/refusals.js';
import type { RefusalToken } from '../native/tables.js';
import type { Fields, LineWriter } from './log-line.js';
import type { LogSink } from './log-sink.js';

/** RFC 6455 section 7.4.1: an end without a Close. */
const NO_CLOSE = 1006;

export type Opened = Pick<
  WebsocketArrival,
  'peer' | 'local' | 'dialect' | 'subprotocol' | 'origin' | 'secure'
>;

export type Refused = Pick<
  Extract<PumpEvent, { kind: 'refused' }>,
  'peer' | 'reason' | 'status' | 'origin' | 'host'
>;

/** Writes one line for each connection that is opened, closed or refused. */
export class ConnectionLog {
  readonly #line: LineWriter;
  readonly #sink: LogSink;

  constructor(line: LineWriter, sink: LogSink) {
    this.#line = line;
    this.#sink = sink;
  }

  listening(address: string, target: string): void {
    this.#info('listening', { address, pid: process.pid, target });
  }

  opened({ peer, local, dialect, subprotocol, origin, secure }: Opened): void {
    const tls = secure ? { tls: 'yes' } : {};
    this.#info('opened', {
      peer: endpointText(peer),
      port: local.port,
      dialect,
      subprotocol,
      origin,
      ...tls,
    });
  }

  closed(peer: Endpoint, port: number, end: Ended): void {
    if (end.unrecorded) this.warning(`the recording of ${endpointText(peer)} breaks off`);
    this.#info('closed', {
      peer: endpointText(peer),
      port,
      code: end.closeCode || NO_CLOSE,
      seconds: { ms: end.ms },
      in: end.bytesIn,
      out: end.bytesOut,
      ...(end.error === 'none' ? {} : { error: end.error }),
      cause: end.cause,
    });
  }

  refused({ peer, reason, status, origin, host }: Refused, port: number): void {
    const advice = adviceOn(reason, { origin, host });
    this.#info('refused', {
      peer: endpointText(peer),
      port,
      status,
      reason,
      ...(reason === 'origin' ? { origin } : {}),
      ...(reason === 'origin' || reason === 'host' ? { host } : {}),
      ...(advice === '' ? {} : { try: advice }),
    });
  }

  /** A connection that never came so far that it could be refused. */
  failed(peer: Endpoint, port: number, reason: string): void {
    this.#info('refused', {
      peer: endpointText(peer),
      port,
      status: 0,
      reason: 'tls-handshake',
      error: reason,
    });
  }

  /** A Flash policy request, answered. */
  flash(peer: Endpoint): void {
    this.#info('flash-policy', { peer: endpointText(peer) });
  }

  /** Something that is not about a connection. */
  note(event: string, fields: Fields): void {
    this.#info(event, fields);
  }

  warning(reason: string): void {
    const line = this.#line('warning', { pid: process.pid, reason });
    this.#sink.write(line, 'warning');
  }

  /** Begins to write to a file of the same name anew. */
  reopen(): void {
    this.#sink.reopen();
  }

  #info(...words: Parameters<LineWriter>): void {
    this.#sink.write(this.#line(...words), 'info');
  }
}

/** "192.0.2.1:80", "[2001:db8::1]:80", "unix" for a Unix socket. */
export function endpointText({ address, port }: Endpoint): string {
  if (address === '') return 'unix';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The option that would let the request in. The user is going to paste it into a shell. */
function adviceOn(reason: RefusalToken, request: { origin: string; host: string }): string {
  const { option } = refusalEntry(reason);
  if (option === '' || (reason !== 'origin' && reason !== 'host')) return option;
  const value = request[reason];
  return /^[A-Za-z0-9.:/_[\]-]{1,128}$/.test(value) ? `${option} ${value}` : option;
}
