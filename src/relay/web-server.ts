import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { HttpArrival } from '../native/pump.js';
import { isLocalHost } from './local-host.js';

/** A page and its parts are fetched over few connections at a time. */
const MAX_CONNECTIONS = 256;
/** A client that takes nothing of its answer for so long is not waited for. */
const STALLED_MS = 30_000;

interface Connection {
  readonly loopback: boolean;
  /** Runs until the request is complete. */
  readonly late: NodeJS.Timeout;
}

/**
 * An HTTP server that is given its connections. Each carries one request: one that is kept alive could bring a
 * WebSocket handshake next, which is the pump's.
 */
export class WebServer {
  readonly #handler: RequestListener;
  readonly #timeoutMs: number;
  readonly #allowHosts: string | undefined;
  readonly #server: Server;
  /** Those that wait for their request. */
  readonly #waiting = new Map<Socket, Connection>();
  readonly #sockets = new Set<Socket>();

  /** `timeoutMs` is for the head of a request, `allowHosts` as --allow-host. */
  constructor(handler: RequestListener, timeoutMs: number, allowHosts?: string) {
    this.#handler = handler;
    this.#timeoutMs = timeoutMs;
    this.#allowHosts = allowHosts;
    this.#server = createServer((request, response) => this.#answer(request, response));
    // Node does not document this one: otherwise it drops the request when the client has shut its sending side down.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
  }

  receive({ fd, loopback }: HttpArrival): void {
    const socket = new Socket({ fd, allowHalfOpen: true });
    // Node's own limits hold for servers only that listen themselves.
    const late = setTimeout(() => socket.destroy(), this.#timeoutMs);
    this.#waiting.set(socket, { loopback, late });
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
    if (this.#sockets.size > MAX_CONNECTIONS) {
      refuse(response, 503, 'No room for another connection.');
    } else if (connection.loopback && !isLocalHost(request.headers.host, this.#allowHosts)) {
      refuse(response, 403, 'This Host is not allowed on a loopback address.');
    } else {
      this.#handler(request, response);
    }
  }
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(`${sentence}\n`);
}
