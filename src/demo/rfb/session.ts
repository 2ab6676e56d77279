import type { Socket } from 'node:net';
import type { Framebuffer } from '../picture/framebuffer.js';
import { bounds, intersect, isEmpty, type Rect } from '../picture/rect.js';
import { TileSet } from '../picture/tile-set.js';
import type { ClientMessages } from './client-messages.js';
import { EncoderChoice } from './encodings/choice.js';
import { NATIVE_FORMAT, type PixelFormat } from './pixel-format.js';
import { PixelWriter } from './pixel-writer.js';
import { writeUpdate } from './update-writer.js';

/** What a client does with its keyboard and mouse. */
export interface Input {
  key(keysym: number, down: boolean): void;
  pointer(x: number, y: number, buttons: number): void;
}

/** One client after its handshake: what it has yet to be sent, and how it wants it.
 *
 * An update goes out when the client has asked for one, something in the region that it asked for has changed, and the
 * kernel has taken the one before. So a slow client gets fewer pictures, and never more than one update waits here. */
export class Session implements ClientMessages {
  readonly #socket: Socket;
  readonly #picture: Framebuffer;
  readonly #input: Input;
  readonly #stale: TileSet;
  readonly #encoders = new EncoderChoice();
  #pixels = new PixelWriter(NATIVE_FORMAT);
  #requested: Rect | undefined;
  #sending = false;

  constructor(socket: Socket, picture: Framebuffer, input: Input) {
    this.#socket = socket;
    this.#picture = picture;
    this.#input = input;
    this.#stale = new TileSet(picture.width, picture.height);
  }

  /** Tells which tiles of the picture have changed. */
  changed(tiles: TileSet): void {
    this.#stale.addAll(tiles);
    this.#send();
  }

  close(): void {
    this.#encoders.close();
  }

  setPixelFormat(format: PixelFormat): void {
    this.#pixels = new PixelWriter(format);
  }

  setEncodings(encodings: number[]): void {
    this.#encoders.prefer(encodings);
  }

  requestUpdate(incremental: boolean, region: Rect): void {
    const { width, height } = this.#picture;
    const inside = intersect(region, { x: 0, y: 0, width, height });
    if (isEmpty(inside)) return;
    this.#requested = this.#requested === undefined ? inside : bounds(this.#requested, inside);
    if (incremental) return; /* answered with the next change */
    this.#stale.addRect(inside);
    this.#send();
  }

  key(keysym: number, down: boolean): void {
    this.#input.key(keysym, down);
  }

  pointer(x: number, y: number, buttons: number): void {
    this.#input.pointer(
      Math.min(x, this.#picture.width - 1),
      Math.min(y, this.#picture.height - 1),
      buttons,
    );
  }

  #send(): void {
    if (this.#requested === undefined || this.#sending || this.#socket.destroyed) return;
    const rects = this.#stale.take(this.#requested);
    if (rects.length === 0) return;
    this.#requested = undefined;
    this.#sending = true;
    this.#write(rects).catch((error: Error) => this.#socket.destroy(error));
  }

  async #write(rects: Rect[]): Promise<void> {
    const update = await writeUpdate(this.#picture, rects, this.#encoders.current, this.#pixels);
    if (this.#socket.destroyed) return;
    this.#socket.write(update, () => {
      this.#sending = false;
      this.#send();
    });
  }
}
