import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RfbClient } from './rfb-client.js';
import { FORMATS, rounded } from './rfb-formats.js';
import { stillServer } from './still-server.js';

const ENCODINGS = { Raw: 0, Hextile: 5, ZRLE: 16 };

describe('the picture arrives as it is', () => {
  let server: Awaited<ReturnType<typeof stillServer>>;
  beforeAll(async () => {
    server = await stillServer();
  });
  afterAll(() => server.close());

  for (const [name, number] of Object.entries(ENCODINGS)) {
    for (const format of FORMATS) {
      test(`in ${name} with ${format.title}`, async () => {
        const client = await RfbClient.open(server.port);
        client.setFormat(format);
        client.setEncodings(number);
        for (let time = 0; time < 2; time++) {
          client.request(false);
          const { rects } = await client.update();
          expect(new Set(rects.map((rect) => rect.encoding))).toEqual(new Set([number]));
          const expected = server.picture.pixels.map((color) => rounded(color, format));
          expect(client.shows(expected)).toBe(true);
          client.picture.fill(0);
        }
        client.destroy();
      });
    }
  }

  test('in the first encoding of the client that the server knows, whatever else it names', async () => {
    const client = await RfbClient.open(server.port);
    for (const [wishes, used] of [
      [[1, 7, -239, 5, 16, 0], 5],
      [[16, 5], 16],
      [[7, -223], 0],
      [[], 0],
    ] as const) {
      client.setEncodings(...wishes);
      client.request(false);
      const { rects } = await client.update();
      expect(rects[0]?.encoding).toBe(used);
      expect(client.shows(server.picture.pixels)).toBe(true);
    }
    client.destroy();
  });

  test('and keeps doing so when a client changes between encodings that have a state', async () => {
    const client = await RfbClient.open(server.port);
    for (const encoding of [16, 0, 16, 5, 16]) {
      client.setEncodings(encoding);
      client.picture.fill(0);
      client.request(false);
      await client.update();
      expect(client.shows(server.picture.pixels)).toBe(true);
    }
    client.destroy();
  });
});
