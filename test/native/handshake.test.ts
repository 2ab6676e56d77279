import { describe, expect, test } from 'vitest';
import { addon } from '../../src/native/addon.js';
import type { Policy } from '../../src/native/codec.js';
import type { DialectName } from '../../src/native/tables.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly request: string;
  readonly verdict: 'more' | 'accept' | 'refuse';
  readonly answer?: string;
  readonly subprotocols?: string;
  readonly allowOrigins?: string;
  readonly allowHosts?: string;
  readonly dialects?: string;
  readonly loopback?: string;
  readonly secure?: string;
}

function policyOf(vector: Vector): Policy {
  return {
    subprotocols: vector.subprotocols,
    allowOrigins: vector.allowOrigins,
    allowHosts: vector.allowHosts,
    dialects: vector.dialects?.split(',') as DialectName[] | undefined,
    loopback: vector.loopback === 'yes',
    secure: vector.secure === 'yes',
  };
}

/** What of a vector is expected; the rest is what is asked. */
const results = ['verdict', 'refusal', 'status', 'consumed', 'dialect', 'encoding', 'subprotocol'];

function answered(request: Buffer, policy: Policy) {
  const { answer, ...result } = { answer: Buffer.alloc(0), ...addon.handshake(request, policy) };
  return { ...result, answer: answer.toString('latin1') };
}

describe('the opening handshake', () => {
  const table = vectors<Vector>('handshake').map((vector) => [vector.name, vector] as const);

  test.each(table)('%s', (_, vector) => {
    const request = Buffer.from(vector.request, 'latin1');
    const expected = Object.entries(vector).filter(([key]) => results.includes(key));
    expect(answered(request, policyOf(vector))).toMatchObject({
      ...Object.fromEntries(expected),
      answer: vector.answer ?? '',
    });
  });

  test.each(table)('in pieces the verdict is the same: %s', (_, vector) => {
    const request = Buffer.from(vector.request, 'latin1');
    const policy = policyOf(vector);
    for (let length = 0; length < request.length; length += 1) {
      const { verdict } = addon.handshake(request.subarray(0, length), policy);
      if (verdict !== 'more') expect(verdict, `${length} bytes`).toBe(vector.verdict);
    }
  });
});
