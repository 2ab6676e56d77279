import type { Socket } from 'node:net';
import { Framebuffer } from '../../src/demo/picture/framebuffer.js';
import { TileSet } from '../../src/demo/picture/tile-set.js';
import { RfbServer } from '../../src/demo/rfb/server.js';
import { listen } from '../../src/web/listen.js';

/** An RFB server whose picture moves only when the test says so, and which notes what its clients do. */
export async function stillServer(width = 200, height = 150) {
  const picture = new Framebuffer(width, height);
  paintPattern(picture);
  const events: string[] = [];
  const waiting: (() => void)[] = [];
  const note = (event: string) => {
    events.push(event);
    for (const wake of waiting.splice(0)) wake();
  };
  const server = new RfbServer('still', picture, {
    joined: (client) => note(`joined ${client}`),
    left: (client, reason) => note(`left ${client}: ${reason}`),
    key: (client, keysym, down) => note(`key ${client} ${keysym} ${down}`),
    pointer: (client, x, y, buttons) => note(`pointer ${client} ${x} ${y} ${buttons}`),
  });
  const sockets: Socket[] = [];
  server.tcp.on('connection', (socket) => sockets.push(socket));
  const port = await listen(server.tcp, 0, '127.0.0.1');
  return {
    port,
    picture,
    events,
    server,
    /** The server's ends of the connections, in the order of their coming. */
    sockets,
    /** Resolves once there is an event that begins like this. */
    async event(start: string): Promise<string> {
      for (;;) {
        const found = events.find((event) => event.startsWith(start));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
    /** Paints over a rectangle and tells the clients. */
    paint(x: number, y: number, w: number, h: number, color: number): void {
      const changed = new TileSet(width, height);
      for (let line = y; line < y + h; line++) {
        picture.pixels.fill(color, line * width + x, line * width + x + w);
      }
      changed.addRect({ x, y, width: w, height: h });
      server.changed(changed);
    },
    close(): void {
      server.tcp.close();
    },
  };
}

/** Areas of one color, of two, of some and of many, not aligned to anything. */
export function paintPattern(on: Framebuffer): void {
  for (let y = 0; y < on.height; y++) {
    for (let x = 0; x < on.width; x++) {
      let color = 0x203040;
      if (x > 70 && y < 60) color = (x + y) % 7 < 3 ? 0xffffff : 0x0000ff;
      else if (x > 70 && x < 140)
        color = [0xff0000, 0x00ff00, 0x123456, 0xfedcba, 0x808080][(x * y) % 5] ?? 0;
      else if (x >= 140) color = ((x * 7) & 255) * 65536 + ((y * 5) & 255) * 256 + ((x * y) & 255);
      on.pixels[y * on.width + x] = color;
    }
  }
}
