import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/requires.js';
import { stillServer } from './still-server.js';

/* Clients that others wrote: gtk-vnc speaks RFB 3.8 and asks for ZRLE, vncsnapshot speaks 3.3 and asks for Hextile. */

const WIDTH = 640;
const HEIGHT = 480;
let server: Awaited<ReturnType<typeof stillServer>>;
let folder: string;
beforeAll(async () => {
  server = await stillServer(WIDTH, HEIGHT);
  folder = await mkdtemp(join(tmpdir(), 'wswrap-rfb-'));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** A TCP port as RFB clients name it: by its distance from 5900. */
const display = () => `127.0.0.1:${server.port - 5900}`;

async function pixelsOf(file: string): Promise<Uint8Array> {
  const { stdout } = await execa({ encoding: 'buffer' })`convert ${file} -depth 8 rgb:-`;
  return stdout;
}

function expected(): Uint8Array {
  return Uint8Array.from(
    [...server.picture.pixels].flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]),
  );
}

requires(['gvnccapture', 'convert'], 'gtk-vnc', () => {
  test('sees the picture, exactly', async () => {
    const file = join(folder, 'gtk-vnc.png');
    await execa`gvnccapture ${display()} ${file}`;
    expect(Buffer.compare(await pixelsOf(file), expected())).toBe(0);
  });
});

requires(['vncsnapshot', 'convert'], 'vncsnapshot', () => {
  for (const encoding of ['raw', 'hextile']) {
    test(`sees the picture in ${encoding}, as nearly as its JPEG file can tell`, async () => {
      const file = join(folder, `${encoding}.jpg`);
      await execa`vncsnapshot -quiet -encodings ${encoding} -quality 100 ${display()} ${file}`;
      const want = expected();
      const sum = (await pixelsOf(file)).reduce(
        (error, level, at) => error + Math.abs(level - (want[at] ?? 0)),
        0,
      );
      expect(sum / want.length).toBeLessThan(12);
    });
  }
});
