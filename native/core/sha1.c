#include "sha1.h"

#include <string.h>

#define BLOCK 64u
#define LENGTH_AT 56u

static uint32_t rotate_left(uint32_t x, unsigned bits) {
  return (x << bits) | (x >> (32 - bits));
}

static uint32_t load_be32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static void store_be32(uint8_t *p, uint32_t x) {
  for (unsigned i = 0; i < 4; i++)
    p[i] = (uint8_t)(x >> (24 - 8 * i));
}

/* RFC 3174 section 5: the function and the constant of the 20 rounds that `round` belongs to. */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999u;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1u;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu;
  return (b ^ c ^ d) + 0xca62c1d6u;
}

static void absorb(uint32_t h[5], const uint8_t *block) {
  uint32_t w[80];
  for (size_t i = 0; i < 16; i++)
    w[i] = load_be32(block + 4 * i);
  for (unsigned i = 16; i < 80; i++)
    w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);

  uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
  for (unsigned i = 0; i < 80; i++) {
    uint32_t next = rotate_left(a, 5) + mix(i, b, c, d) + e + w[i];
    e = d;
    d = c;
    c = rotate_left(b, 30);
    b = a;
    a = next;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
}

void ws_sha1(const uint8_t *data, size_t len, uint8_t digest[WS_SHA1_BYTES]) {
  uint32_t h[5] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u};
  size_t whole = len / BLOCK * BLOCK;
  for (size_t at = 0; at < whole; at += BLOCK)
    absorb(h, data + at);

  uint8_t last[2 * BLOCK] = {0};
  size_t rest = len - whole;
  if (rest > 0) memcpy(last, data + whole, rest);
  last[rest] = 0x80;
  size_t blocks = rest < LENGTH_AT ? 1 : 2;
  uint64_t bits = (uint64_t)len * 8;
  uint8_t *length = last + (blocks - 1) * BLOCK + LENGTH_AT;
  store_be32(length, (uint32_t)(bits >> 32));
  store_be32(length + 4, (uint32_t)bits);
  for (size_t i = 0; i < blocks; i++)
    absorb(h, last + i * BLOCK);
  for (size_t i = 0; i < 5; i++)
    store_be32(digest + 4 * i, h[i]);
}
