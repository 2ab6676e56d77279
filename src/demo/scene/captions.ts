import type { Framebuffer } from '../picture/framebuffer.js';
import { disc } from '../picture/shapes.js';
import { text, textWidth } from '../picture/text.js';
import type { Actor } from './actor.js';
import { clientColor, INK, QUIET } from './palette.js';

/** The words along the upper and lower edge, and one light for each client. */
export class Captions implements Actor {
  readonly #clients: ReadonlyMap<number, unknown>;

  constructor(clients: ReadonlyMap<number, unknown>) {
    this.#clients = clients;
  }

  draw(on: Framebuffer, now: number): void {
    text(on, 'wswrap', 20, 18, 3, INK);
    text(on, 'an ordinary TCP server in your browser', 20, 48, 1, QUIET);
    const time = new Date(now).toTimeString().slice(0, 8);
    text(on, time, on.width - 20 - textWidth(time, 3), 18, 3, INK);
    text(on, 'move . click . type', 20, on.height - 22, 1, INK, 0.8);
    this.#drawClients(on);
  }

  #drawClients(on: Framebuffer): void {
    const count = this.#clients.size;
    const words = count === 1 ? '1 client connected' : `${count} clients connected`;
    let x = on.width - 20 - textWidth(words, 1);
    const y = on.height - 22;
    text(on, words, x, y, 1, INK, 0.8);
    for (const client of [...this.#clients.keys()].slice(-12)) {
      x -= 14;
      disc(on, x, y + 3, 4, clientColor(client));
    }
  }
}
