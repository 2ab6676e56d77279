import type { Framebuffer } from '../picture/framebuffer.js';

/** One thing in the scene. `now` is in milliseconds and never runs backwards. */
export interface Actor {
  draw(on: Framebuffer, now: number): void;
}
