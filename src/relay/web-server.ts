import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { Endpoint, HttpArrival } from '../native/pump.js';
import { refusalEntry } from '../native/refusals.js';
import type { RefusalToken } from '../native/tables.js';
import type { Refused } from './connection-log.js';
import { isLocalHost } from './local-host.js';

/** A page and its parts are fetched over few connections at a time. */
const MAX_CONNECTIONS = 256;
/** A client that takes nothing of its answer for so long is not waited for. */
const STALLED_MS = 30_000;

interface Connection {
  readonly arrival: HttpArrival;
  /** Runs until the request is complete. */
  readonly late: NodeJS.Timeout;
}

/** A request for a page that was answered with a status, for another reason than what was asked for. */
export type PageRefused = Refused & { readonly local: Endpoint };

export interface WebServerOptions {
  /** For the head of a request. */
  readonly timeoutMs: number;
  /** As --allow-host. */
  readonly allowHosts?: string | undefined;
  readonly refused: (request: PageRefused) => void;
}

/**
 * An HTTP server that is given its connections. Each carries one request: one that is kept alive could bring a
 * WebSocket handshake next, which is the pump's.
 */
export class WebServer {
  readonly #handler: RequestListener;
  readonly #options: WebServerOptions;
  readonly #server: Server;
  /** Those that wait for their request. */
  readonly #waiting = new Map<Socket, Connection>();
  readonly #sockets = new Set<Socket>();

  constructor(handler: RequestListener, options: WebServerOptions) {
    this.#handler = handler;
    this.#options = options;
    this.#server = createServer((request, response) => this.#answer(request, response));
    // Node does not document this one: otherwise it drops the request when the client has shut its sending side down.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
  }

  receive(arrival: HttpArrival): void {
    const socket = new Socket({ fd: arrival.fd, allowHalfOpen: true });
    // Node's own limits hold for servers only that listen themselves.
    const late = setTimeout(() => socket.destroy(), this.#options.timeoutMs);
    this.#waiting.set(socket, { arrival, late });
    this.#sockets.add(socket);
    socket.setTimeout(STALLED_MS, () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(late);
      this.#waiting.delete(socket);
      this.#sockets.delete(socket);
    });
    this.#server.emit('connection', socket);
  }

  /** Breaks all connections off. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#waiting.get(request.socket);
    // A second request that came right behind the first: the answer to that one ends the connection.
    if (connection === undefined) return;
    this.#waiting.delete(request.socket);
    clearTimeout(connection.late);
    response.setHeader('Connection', 'close');
    const reason = this.#trouble(request, connection.arrival);
    if (reason === undefined) this.#handler(request, response);
    else this.#refuse(request, response, connection.arrival, reason);
  }

  #trouble({ headers }: IncomingMessage, { loopback }: HttpArrival): RefusalToken | undefined {
    if (this.#sockets.size > MAX_CONNECTIONS) return 'busy';
    return loopback && !isLocalHost(headers.host, this.#options.allowHosts) ? 'host' : undefined;
  }

  #refuse(
    { headers }: IncomingMessage,
    response: ServerResponse,
    { peer, local }: HttpArrival,
    reason: RefusalToken,
  ): void {
    const { status, text } = refusalEntry(reason);
    response.writeHead(status, { 'Content-Type': 'text/plain' });
    response.end(`${text}\n`);
    const { origin = '', host = '' } = headers;
    this.#options.refused({ peer, local, reason, status, origin, host });
  }
}
