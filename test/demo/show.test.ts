import { afterEach, beforeEach, expect, test } from 'vitest';
import { HEIGHT, Show, WIDTH } from '../../src/demo/show.js';
import { listen } from '../../src/web/listen.js';
import { RfbClient } from './rfb-client.js';

const HEXTILE = 5;
let show: Show;
let lines: string[];
let client: RfbClient;

beforeEach(async () => {
  lines = [];
  show = new Show((line) => lines.push(line));
  client = await RfbClient.open(await listen(show.tcp, 0, '127.0.0.1'));
  client.setEncodings(HEXTILE);
  client.request(false);
  await client.update();
});
afterEach(() => {
  client.destroy();
  show.tcp.close();
});

/** Takes updates until the picture is as the test wants it. */
async function until(wanted: () => boolean): Promise<void> {
  while (!wanted()) {
    client.request(true);
    await client.update();
  }
}

const at = (x: number, y: number) => client.picture[y * WIDTH + x] ?? 0;
const brightness = (color: number) => (color >> 16) + ((color >> 8) & 255) + (color & 255);

test('the picture moves by itself', async () => {
  expect([client.width, client.height]).toEqual([WIDTH, HEIGHT]);
  const before = client.picture.slice();
  await until(() => client.picture.some((color, index) => color !== before[index]));
});

test('a light follows the pointer', async () => {
  const before = brightness(at(100, 300));
  client.pointer(100, 300);
  await until(() => brightness(at(100, 300)) > before + 400);
  client.pointer(500, 300);
  await until(() => brightness(at(500, 300)) > 400 && brightness(at(100, 300)) < before + 60);
});

test('a click makes rings that spread and vanish', async () => {
  client.pointer(80, 200);
  client.pointer(80, 200, 1);
  client.pointer(80, 200);
  const line = () => Array.from({ length: 60 }, (_, index) => brightness(at(100 + index, 200)));
  const calm = line();
  const lit = () => line().some((level, index) => level > (calm[index] ?? 0) + 60);
  await until(lit);
  await until(() => !lit());
});

test('what is typed can be read', async () => {
  for (const letter of 'Hi?\u00df') client.key(letter.charCodeAt(0));
  client.key(0xffe1); /* Shift types nothing */
  await until(() => show.words === 'Hi?');
  client.key(0xff08);
  await until(() => show.words === 'Hi');
  client.key(0xff0d);
  await until(() => show.words === '');
});

test('who comes and goes is counted', async () => {
  const other = await RfbClient.open((show.tcp.address() as { port: number }).port);
  await until(() =>
    lines.some((line) => /^client 2 from 127\.0\.0\.1:\d+ came, 2 watching$/.test(line)),
  );
  other.destroy();
  await until(() => lines.some((line) => /^client 2 left .*, 1 watching$/.test(line)));
});
