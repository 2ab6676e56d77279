import { readFileSync } from 'node:fs';

/** A table of test/vectors, which the C tests read too. */
export function vectors<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
}

/** The bytes in pieces of that size. */
export function pieces(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** Every size of piece, from byte by byte to the whole. */
export function sizes(bytes: Buffer): number[] {
  return Array.from({ length: Math.max(bytes.length, 1) }, (_, i) => i + 1);
}
