import { describe, expect, test } from 'vitest';
import { addon } from '../../src/native/addon.js';
import type { Decoder, Encoding } from '../../src/native/codec.js';
import type { DialectName, ErrorToken } from '../../src/native/tables.js';
import { pieces, sizes, vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly dialect: DialectName;
  readonly encoding: Encoding;
  readonly input: string;
  readonly payload: string;
  readonly events: string;
  readonly error: ErrorToken;
  readonly consumed: number;
  readonly boundary: 'yes' | 'no';
}

interface Outcome {
  payload: string;
  events: string[];
  error: string;
  consumed: number;
}

function feed(decoder: Decoder, piece: Buffer, outcome: Outcome): void {
  for (let rest = piece; rest.length > 0 && !decoder.ended; ) {
    const { consumed, payload, event, control, closeCode, error } = decoder.decode(rest);
    outcome.payload += payload.toString('hex');
    outcome.consumed += consumed;
    outcome.error = error;
    const words = [event, ...(event === 'close' ? [closeCode] : []), control.toString('hex')];
    if (event !== 'none' && event !== 'error') outcome.events.push(words.join(':'));
    rest = rest.subarray(consumed);
  }
}

function decoded(vector: Vector, size: number) {
  const decoder = new addon.Decoder(vector.dialect, vector.encoding);
  const outcome: Outcome = { payload: '', events: [], error: 'none', consumed: 0 };
  for (const piece of pieces(Buffer.from(vector.input, 'hex'), size)) feed(decoder, piece, outcome);
  return {
    ...outcome,
    events: outcome.events.join(' '),
    boundary: decoder.atBoundary ? 'yes' : 'no',
  };
}

describe('decoding, whole and in pieces of every size', () => {
  test.each(vectors<Vector>('decode').map((vector) => [vector.name, vector] as const))(
    '%s',
    (_, vector) => {
      const { name, dialect, encoding, input, ...expected } = vector;
      for (const size of sizes(Buffer.from(input, 'hex'))) {
        expect(decoded(vector, size), `${dialect} in pieces of ${size}`).toEqual(expected);
      }
    },
  );

  test('leaves the input as it is', () => {
    const input = Buffer.from('818537fa213d7f9f4d5158', 'hex');
    new addon.Decoder('rfc6455', 'binary').decode(input);
    expect(input.toString('hex')).toBe('818537fa213d7f9f4d5158');
  });
});
