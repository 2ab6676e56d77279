import { createServer, type Server, type Socket } from 'node:net';
import type { Framebuffer } from '../picture/framebuffer.js';
import type { TileSet } from '../picture/tile-set.js';
import { ByteReader } from './byte-reader.js';
import { readMessage } from './client-messages.js';
import { handshake } from './handshake.js';
import { CLIENTS_MAX, HANDSHAKE_TIMEOUT_MS } from './limits.js';
import { RfbError } from './rfb-error.js';
import { type Input, Session } from './session.js';

/** What the server tells about its clients, which are numbered from 1. */
export interface ClientEvents {
  joined(client: number, peer: string): void;
  left(client: number, reason: string): void;
  key(client: number, keysym: number, down: boolean): void;
  pointer(client: number, x: number, y: number, buttons: number): void;
}

/** An RFB 3.8 server for one picture, over plain TCP. */
export class RfbServer {
  readonly tcp: Server;
  readonly #name: string;
  readonly #picture: Framebuffer;
  readonly #events: ClientEvents;
  readonly #sessions = new Set<Session>();
  #count = 0;

  constructor(name: string, picture: Framebuffer, events: ClientEvents) {
    this.#name = name;
    this.#picture = picture;
    this.#events = events;
    this.tcp = createServer({ noDelay: true }, (socket) => {
      void this.#serve(socket);
    });
    this.tcp.maxConnections = 2 * CLIENTS_MAX; /* those in their handshake included */
  }

  /** Tells all clients which tiles of the picture have changed. */
  changed(tiles: TileSet): void {
    for (const session of this.#sessions) session.changed(tiles);
  }

  async #serve(socket: Socket): Promise<void> {
    socket.on('error', () => {}); /* what matters of it comes out of the reader as an end */
    const reader = new ByteReader(socket);
    try {
      await this.#shakeHands(reader, socket);
      await this.#converse(reader, socket);
    } catch (error) {
      if (!(error instanceof RfbError)) throw error;
    } finally {
      socket.destroySoon();
    }
  }

  async #shakeHands(reader: ByteReader, socket: Socket): Promise<void> {
    const deadline = setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS);
    const refusal =
      this.#sessions.size < CLIENTS_MAX ? undefined : 'Too many clients are connected.';
    const { width, height } = this.#picture;
    try {
      await handshake(reader, socket, { name: this.#name, width, height }, refusal);
    } finally {
      clearTimeout(deadline);
    }
  }

  async #converse(reader: ByteReader, socket: Socket): Promise<never> {
    const client = ++this.#count;
    const input: Input = {
      key: (keysym, down) => this.#events.key(client, keysym, down),
      pointer: (x, y, buttons) => this.#events.pointer(client, x, y, buttons),
    };
    const session = new Session(socket, this.#picture, input);
    this.#sessions.add(session);
    this.#events.joined(client, `${socket.remoteAddress}:${socket.remotePort}`);
    let reason = 'stopped';
    try {
      for (;;) await readMessage(reader, session);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#sessions.delete(session);
      session.close();
      this.#events.left(client, reason);
    }
  }
}
