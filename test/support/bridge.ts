import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

export interface BridgeOptions {
  subprotocol?: string;
  /** The address that the bridge calls from; not the one that clients usually have, so that it can be told apart. */
  from?: string;
  /**
   * How the end of what the client sends is passed on. WebSocket has no half-close: a Close ends both directions. With
   * 'fin' only the TCP connection beneath is half-closed, so that the server can still answer.
   */
  end?: 'close' | 'fin';
}

/** One connection of a client's, as the WebSocket server sees it. */
export interface Carried {
  /** Address and port that the server has for its peer. */
  readonly peer: string;
  /** The close code that the WebSocket side ended with; undefined as long as it is open. */
  code: number | undefined;
}

/** Lets native clients talk to a WebSocket server: a TCP port, each of whose connections is carried over WebSocket. */
export class Bridge {
  readonly connections: Carried[] = [];
  readonly #server: Server;
  readonly #options: Required<BridgeOptions>;
  readonly #url: string;
  readonly #open = new Map<Socket, WebSocket>();
  #failure: Error | undefined;

  private constructor(target: number, options: BridgeOptions) {
    this.#options = { subprotocol: 'binary', from: '127.0.0.2', end: 'close', ...options };
    this.#url = `ws://127.0.0.1:${target}/`;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#carry(socket).catch((error: Error) => {
        socket.resetAndDestroy();
        this.#failure ??= error;
      });
    });
  }

  static async start(target: number, options: BridgeOptions = {}): Promise<Bridge> {
    const bridge = new Bridge(target, options);
    bridge.#server.listen(0, '127.0.0.1', 4096);
    await once(bridge.#server, 'listening');
    onTestFinished(() => bridge.#stop());
    return bridge;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when no connection is left; throws when one could not be carried at all. */
  async idle(): Promise<void> {
    while (this.#open.size > 0)
      await Promise.all([...this.#open.values()].map((webSocket) => ended(webSocket)));
    if (this.#failure) throw this.#failure;
  }

  async #carry(socket: Socket): Promise<void> {
    const { from, end, subprotocol } = this.#options;
    const options: ClientOptions & { allowHalfOpen: boolean } = {
      perMessageDeflate: false,
      maxPayload: 0,
      localAddress: from,
      allowHalfOpen: true,
    };
    const webSocket = new WebSocket(this.#url, subprotocol, options);
    this.#open.set(socket, webSocket);
    webSocket.once('close', () => this.#open.delete(socket));
    const raw = once(webSocket, 'upgrade').then(([response]) => response.socket as Socket);
    socket.on('error', () => webSocket.terminate());
    receive(webSocket, socket);
    await Promise.all([once(webSocket, 'open'), raw]);
    const tcp = await raw;
    tcp.setNoDelay(true);
    const carried: Carried = { peer: `${tcp.localAddress}:${tcp.localPort}`, code: undefined };
    this.connections.push(carried);
    webSocket.once('close', (code) => {
      carried.code = code;
    });
    webSocket.on('error', () => undefined);
    const out = send(webSocket, () => (end === 'fin' ? tcp.end() : webSocket.close(1000)));
    await pipeline(socket, out).catch(() => undefined);
  }

  #stop(): void {
    this.#server.close();
    for (const [socket, webSocket] of this.#open) {
      socket.destroy();
      webSocket.terminate();
    }
  }
}

async function ended(webSocket: WebSocket): Promise<void> {
  if (webSocket.readyState !== WebSocket.CLOSED)
    await new Promise((resolve) => webSocket.once('close', resolve));
}

/** What comes from the server goes to the client, no faster than it reads. */
function receive(webSocket: WebSocket, socket: Socket): void {
  webSocket.on('message', (data: Buffer) => {
    if (!socket.write(data)) webSocket.pause();
  });
  socket.on('drain', () => webSocket.resume());
  webSocket.once('close', () => socket.end());
}

/** Takes what comes from the client, no faster than the server reads. */
function send(webSocket: WebSocket, finish: () => void): Writable {
  return new Writable({
    highWaterMark: 1 << 18,
    write: (chunk, _, done) => {
      // After the Close nobody takes anything any more; the client will see the end.
      if (webSocket.readyState === WebSocket.OPEN) webSocket.send(chunk, () => done());
      else done();
    },
    final: (done) => {
      finish();
      done();
    },
  });
}
