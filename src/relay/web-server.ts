import { createServer, type RequestListener, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { OtherArrival } from '../native/pump.js';

/** A page and its parts are fetched over few connections at a time. */
const MAX_CONNECTIONS = 256;
/** A client that takes nothing of its answer for so long is not waited for. */
const STALLED_MS = 30_000;

/**
 * An HTTP server that is given its connections. Each carries one request: one that is kept alive could bring a
 * WebSocket handshake next, which is the pump's.
 */
export class WebServer {
  readonly #server: Server;
  readonly #timeoutMs: number;
  /** With the timer that runs until a connection's request is complete. */
  readonly #sockets = new Map<Socket, NodeJS.Timeout>();

  /** `timeoutMs` is for the head of a request. */
  constructor(handler: RequestListener, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#server = createServer((request, response) => {
      clearTimeout(this.#sockets.get(request.socket));
      response.setHeader('Connection', 'close');
      if (this.#sockets.size <= MAX_CONNECTIONS) return handler(request, response);
      response.writeHead(503, { 'Content-Type': 'text/plain' });
      response.end('No room for another connection.\n');
    });
  }

  receive({ fd }: OtherArrival): void {
    const socket = new Socket({ fd });
    // Node's own limits hold for servers only that listen themselves.
    this.#sockets.set(
      socket,
      setTimeout(() => socket.destroy(), this.#timeoutMs),
    );
    socket.setTimeout(STALLED_MS, () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(this.#sockets.get(socket));
      this.#sockets.delete(socket);
    });
    this.#server.emit('connection', socket);
  }

  /** Breaks all connections off. */
  close(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}
