import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Client } from './client/index.js';
import { Random } from './random.js';

/** For more than fits into a test run: BULK_MIB=1024 npx vitest run bulk */
const MESSAGES = Number(process.env['BULK_MIB'] ?? 64);
const MESSAGE_BYTES = 1 << 20;
/** Different messages; a prime number, so that no power of two of them is missed unseen. */
const DIFFERENT = 31;

/** Sends much to a server that echoes, takes it back at the same time, and compares the two by hash. */
export async function carryBulk(client: Client): Promise<void> {
  const random = new Random(1);
  const payloads = Array.from({ length: DIFFERENT }, () => random.bytes(MESSAGE_BYTES));
  const frames = payloads.map((payload) => client.frame(payload));
  const sent = createHash('sha1');
  const send = async () => {
    for (let i = 0; i < MESSAGES; i++) {
      sent.update(payloads[i % DIFFERENT] as Buffer);
      await client.sendBytes(frames[i % DIFFERENT] as Buffer);
    }
  };
  const received = createHash('sha1');
  const receive = async () => {
    for (let left = MESSAGES * MESSAGE_BYTES; left > 0; ) {
      const event = await client.next();
      if (event.kind !== 'data') throw new Error(`instead of data: ${event.kind}`);
      received.update(event.payload);
      left -= event.payload.length;
    }
  };
  await Promise.all([send(), receive()]);
  expect(received.digest('hex')).toBe(sent.digest('hex'));
}
