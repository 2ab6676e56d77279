import { describe, expect, test } from 'vitest';
import { addon } from '../../src/native/addon.js';
import type { Encoder, Encoding } from '../../src/native/codec.js';
import type { DialectName } from '../../src/native/tables.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly dialect: DialectName;
  readonly encoding: Encoding;
  readonly steps: string;
  readonly wire: string;
}

const ROOM = 1 << 20;

function sendAll(encoder: Encoder, payload: Buffer, room: number): Buffer {
  const sent: Buffer[] = [];
  let rest = payload;
  while (rest.length > 0 || encoder.hasPending) {
    const { wire, written } = encoder.encode(rest, room);
    sent.push(wire);
    rest = rest.subarray(written);
  }
  return Buffer.concat(sent);
}

function step(encoder: Encoder, text: string, room: number): Buffer {
  const [name, value = ''] = text.split(':');
  const bytes = Buffer.from(value, 'hex');
  if (name === 'data') return sendAll(encoder, bytes, room);
  if (name === 'ping') expect(encoder.ping(bytes)).toBe(true);
  if (name === 'pong') expect(encoder.pong(bytes)).toBe(true);
  if (name === 'close') expect(encoder.close(Number(value))).toBe(true);
  return sendAll(encoder, Buffer.alloc(0), room);
}

function encoded({ dialect, encoding, steps }: Vector, room: number): string {
  const encoder = new addon.Encoder(dialect, encoding);
  const sent = steps.split(' ').map((text) => step(encoder, text, room));
  expect(encoder.idle).toBe(true);
  return Buffer.concat(sent).toString('hex');
}

const table = vectors<Vector>('encode').map((vector) => [vector.name, vector] as const);

describe('encoding', () => {
  test.each(table)('%s', (_, vector) => {
    expect(encoded(vector, ROOM)).toBe(vector.wire);
  });

  // A Hixie frame that is cut short is ended, so there the bytes depend on how much is taken.
  const counted = table.filter(([, { dialect }]) => !dialect.startsWith('hixie'));

  test.each(counted)('by a kernel that takes little at a time: %s', (_, vector) => {
    for (let room = 1; room <= 80; room += 1) expect(encoded(vector, room)).toBe(vector.wire);
  });
});
