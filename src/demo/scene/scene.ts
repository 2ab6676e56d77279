import { Framebuffer } from '../picture/framebuffer.js';
import { disc, ring } from '../picture/shapes.js';
import type { Actor } from './actor.js';
import { Captions } from './captions.js';
import { Clock } from './clock.js';
import { Letters } from './letters.js';
import { clientColor } from './palette.js';
import { Ripples } from './ripples.js';
import { Sea } from './sea.js';
import { paintSky, Twinkle } from './sky.js';
import { Trail } from './trail.js';

/** Where a client's pointer is, and which buttons are down (bit 0: left). */
export interface Pointer {
  readonly x: number;
  readonly y: number;
  readonly buttons: number;
}

/** All that is to be seen, and what the clients do to it. */
export class Scene {
  readonly #background: Framebuffer;
  readonly #clients = new Map<number, Pointer | undefined>();
  readonly #ripples = new Ripples();
  readonly #trail = new Trail();
  readonly #letters: Letters;
  readonly #actors: readonly Actor[];

  constructor(width: number, height: number) {
    this.#background = new Framebuffer(width, height);
    paintSky(this.#background);
    this.#letters = new Letters(Math.round(height * 0.66));
    const clock = new Clock(width / 2, Math.round(height * 0.36), Math.round(height * 0.24));
    clock.paintFace(this.#background);
    const captions = new Captions(this.#clients);
    this.#actors = [
      new Twinkle(),
      clock,
      new Sea(),
      captions,
      this.#ripples,
      this.#trail,
      this.#letters,
    ];
  }

  get words(): string {
    return this.#letters.words;
  }

  join(client: number): void {
    this.#clients.set(client, undefined);
  }

  leave(client: number): void {
    this.#clients.delete(client);
  }

  point(client: number, pointer: Pointer, now: number): void {
    const before = this.#clients.get(client);
    this.#clients.set(client, pointer);
    this.#trail.add(client, pointer.x, pointer.y, now);
    if (pointer.buttons & ~(before?.buttons ?? 0))
      this.#ripples.add(client, pointer.x, pointer.y, now);
  }

  type(client: number, character: string, now: number): void {
    if (character === '\b') this.#letters.erase();
    else if (character === '\n') this.#letters.clear();
    else this.#letters.type(client, character, now);
  }

  draw(on: Framebuffer, now: number): void {
    on.copyFrom(this.#background);
    for (const actor of this.#actors) actor.draw(on, now);
    this.#drawPointers(on);
  }

  #drawPointers(on: Framebuffer): void {
    for (const [client, pointer] of this.#clients) {
      if (pointer === undefined) continue;
      ring(on, pointer.x, pointer.y, pointer.buttons === 0 ? 7 : 5, 2, clientColor(client));
      disc(on, pointer.x, pointer.y, 1.5, 0xffffff);
    }
  }
}
