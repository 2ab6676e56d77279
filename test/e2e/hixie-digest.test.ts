import { expect, test } from 'vitest';
import { hixieDigest, makeHixieKeys } from '../support/client/hixie-keys.js';
import { Client } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { wrapServer } from '../support/wrapped.js';

test("The test client's own digest is that of the draft's example", () => {
  const keys = {
    key1: '4 @1  46546xW%0l 1 5',
    key2: '12998 5 Y3 1  .P00',
    key3: Buffer.from('^n:ds[4U'),
  };
  expect(hixieDigest(keys).toString('latin1')).toBe("8jKS'y:G*Co,Wxa-");
});

test('A digest may hold any byte, zero at every place among them, and so may key3', async () => {
  const { port } = await wrapServer('echo_select');
  const places = new Set<number>();
  for (let seed = 1; places.size < 16; seed++) {
    const keys = makeHixieKeys(new Random(seed));
    const place = hixieDigest(keys).indexOf(0);
    if (place < 0 || places.has(place)) continue;
    places.add(place);
    const client = await Client.open(port, { dialect: 'hixie76', seed });
    await client.send('x');
    expect((await client.receive(1)).toString()).toBe('x');
    client.connection.reset();
  }
});
