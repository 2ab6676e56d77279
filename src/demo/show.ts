import type { Server } from 'node:net';
import { characterOf } from './keys.js';
import { compare } from './picture/compare.js';
import { Framebuffer } from './picture/framebuffer.js';
import { TileSet } from './picture/tile-set.js';
import { RfbServer } from './rfb/server.js';
import { Scene } from './scene/scene.js';

export const WIDTH = 640;
export const HEIGHT = 480;
const FRAME_MS = 50;

/** The demo's server: the scene, drawn as long as somebody watches. `log` gets a line for whoever comes and goes. */
export class Show {
  readonly tcp: Server;
  readonly #scene = new Scene(WIDTH, HEIGHT);
  readonly #shown = new Framebuffer(WIDTH, HEIGHT);
  readonly #next = new Framebuffer(WIDTH, HEIGHT);
  readonly #changed = new TileSet(WIDTH, HEIGHT);
  readonly #server: RfbServer;
  readonly #log: (line: string) => void;
  #watching = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: (line: string) => void) {
    this.#log = log;
    this.#server = new RfbServer('wswrap demo', this.#shown, {
      joined: (client, peer) => this.#joined(client, peer),
      left: (client, reason) => this.#left(client, reason),
      key: (client, keysym, down) => this.#key(client, keysym, down),
      pointer: (client, x, y, buttons) => this.#scene.point(client, { x, y, buttons }, Date.now()),
    });
    this.tcp = this.#server.tcp;
    this.#scene.draw(this.#shown, Date.now());
  }

  get words(): string {
    return this.#scene.words;
  }

  #joined(client: number, peer: string): void {
    this.#watching++;
    this.#scene.join(client);
    this.#log(`client ${client} from ${peer} came, ${this.#watching} watching`);
    this.#timer ??= setInterval(() => this.#drawNext(), FRAME_MS);
  }

  #left(client: number, reason: string): void {
    this.#watching--;
    this.#scene.leave(client);
    this.#log(`client ${client} left (${reason}), ${this.#watching} watching`);
    if (this.#watching > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #key(client: number, keysym: number, down: boolean): void {
    const character = down ? characterOf(keysym) : undefined;
    if (character !== undefined) this.#scene.type(client, character, Date.now());
  }

  #drawNext(): void {
    this.#scene.draw(this.#next, Date.now());
    this.#changed.clear();
    compare(this.#shown, this.#next, this.#changed);
    this.#shown.copyFrom(this.#next);
    this.#server.changed(this.#changed);
  }
}
