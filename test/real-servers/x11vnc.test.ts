import { execa } from 'execa';
import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { hashOf } from '../support/hash.js';
import { Program } from '../support/process.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

/** An X server without a screen, and one color on all of it. Returns its number. */
async function startDisplay(color: string): Promise<string> {
  const options = ['-screen', '0', '320x240x24', '-nolisten', 'tcp', '-noreset', '-displayfd', '1'];
  const display = (await new Program('Xvfb', options).output.line(/^\d+$/)).trim();
  await execa('xsetroot', ['-display', `:${display}`, '-solid', color]);
  return display;
}

/** The handshake of RFB 3.8 without a password. Returns width and height. */
async function greet(client: Client): Promise<[number, number]> {
  expect((await client.receive(12)).toString()).toBe('RFB 003.008\n');
  await client.send('RFB 003.008\n');
  const [count = 0] = await client.receive(1);
  expect([...(await client.receive(count))]).toContain(1);
  await client.send(Buffer.of(1));
  expect((await client.receive(4)).readUInt32BE()).toBe(0);
  await client.send(Buffer.of(1));
  const head = await client.receive(24);
  await client.receive(head.readUInt32BE(20));
  const format = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
  await client.send(Buffer.of(0, 0, 0, 0, ...format));
  await client.send(Buffer.of(2, 0, 0, 1, 0, 0, 0, 0));
  return [head.readUInt16BE(0), head.readUInt16BE(2)];
}

/** One whole picture, raw, pixels as 0x00RRGGBB, little-endian. */
async function picture(client: Client, width: number, height: number): Promise<Buffer> {
  const request = Buffer.of(3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  request.writeUInt16BE(width, 6);
  request.writeUInt16BE(height, 8);
  await client.send(request);
  const pixels = Buffer.alloc(width * height * 4);
  const [kind, , , count = 0] = [...(await client.receive(4))];
  expect(kind).toBe(0);
  for (let i = 0; i < count; i++) {
    const head = await client.receive(12);
    const [x, y, w, h] = [0, 2, 4, 6].map((at) => head.readUInt16BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    expect(head.readInt32BE(8)).toBe(0);
    const data = await client.receive(w * h * 4);
    for (let row = 0; row < h; row++)
      data.copy(pixels, ((y + row) * width + x) * 4, row * w * 4, (row + 1) * w * 4);
  }
  return pixels;
}

requires(['x11vnc', 'Xvfb', 'xsetroot', 'xdotool'], 'x11vnc', () => {
  test('shows a display to four viewers at once, takes the pointer, and logs who comes', async () => {
    const display = await startDisplay('#336699');
    const server = await RealServer.start(catalogue.x11vnc, { words: { DISPLAY: display } });
    const due = Buffer.alloc(320 * 240 * 4, Buffer.of(0x99, 0x66, 0x33, 0));
    const view = async () => {
      const client = await Client.open(server.port);
      const peer = `127.0.0.1`;
      expect(await greet(client)).toEqual([320, 240]);
      for (let i = 0; i < 3; i++) expect(hashOf(await picture(client, 320, 240))).toBe(hashOf(due));
      await server.wrapped.errors.line(new RegExp(`Got connection from client ${peer}`));
      const move = Buffer.of(5, 0, 0, 100, 0, 50);
      await expect
        .poll(
          async () => {
            // Over plain TCP, too, x11vnc takes no notice of the first moves; a hand makes many.
            await client.send(move);
            return (await execa({ env: { DISPLAY: `:${display}` } })`xdotool getmouselocation`)
              .stdout;
          },
          { timeout: 20_000 },
        )
        .toMatch(/^x:100 y:50 /);
      await client.close(1000);
      await client.next();
    };
    await view();
    await server.settle();
    await Promise.all([1, 2, 3, 4].map(view));
    // A signal while it sees to the end of a client can stop x11vnc for ever, over plain TCP too: it calls Xlib from the handler.
    await server.wrapped.errors.line(/Client 127\.0\.0\.1 gone/, 5);
    await server.finish({ code: 2 });
  });
});
