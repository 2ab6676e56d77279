#include "md5.h"

#include <string.h>

#define BLOCK 64u
#define LENGTH_AT 56u

/* RFC 1321 section 3.4: the integer part of 2^32 times the absolute value of sin(i + 1). */
static const uint32_t sines[64] = {
    0xd76aa478u, 0xe8c7b756u, 0x242070dbu, 0xc1bdceeeu, 0xf57c0fafu, 0x4787c62au, 0xa8304613u, 0xfd469501u,
    0x698098d8u, 0x8b44f7afu, 0xffff5bb1u, 0x895cd7beu, 0x6b901122u, 0xfd987193u, 0xa679438eu, 0x49b40821u,
    0xf61e2562u, 0xc040b340u, 0x265e5a51u, 0xe9b6c7aau, 0xd62f105du, 0x02441453u, 0xd8a1e681u, 0xe7d3fbc8u,
    0x21e1cde6u, 0xc33707d6u, 0xf4d50d87u, 0x455a14edu, 0xa9e3e905u, 0xfcefa3f8u, 0x676f02d9u, 0x8d2a4c8au,
    0xfffa3942u, 0x8771f681u, 0x6d9d6122u, 0xfde5380cu, 0xa4beea44u, 0x4bdecfa9u, 0xf6bb4b60u, 0xbebfbc70u,
    0x289b7ec6u, 0xeaa127fau, 0xd4ef3085u, 0x04881d05u, 0xd9d4d039u, 0xe6db99e5u, 0x1fa27cf8u, 0xc4ac5665u,
    0xf4292244u, 0x432aff97u, 0xab9423a7u, 0xfc93a039u, 0x655b59c3u, 0x8f0ccc92u, 0xffeff47du, 0x85845dd1u,
    0x6fa87e4fu, 0xfe2ce6e0u, 0xa3014314u, 0x4e0811a1u, 0xf7537e82u, 0xbd3af235u, 0x2ad7d2bbu, 0xeb86d391u,
};

static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t rotate_left(uint32_t x, unsigned bits) {
  return (x << bits) | (x >> (32 - bits));
}

static uint32_t load_le32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void store_le32(uint8_t *p, uint32_t x) {
  for (unsigned i = 0; i < 4; i++)
    p[i] = (uint8_t)(x >> (8 * i));
}

static uint32_t mix(unsigned pass, uint32_t b, uint32_t c, uint32_t d) {
  switch (pass) {
    case 0:
      return (b & c) | (~b & d);
    case 1:
      return (b & d) | (c & ~d);
    case 2:
      return b ^ c ^ d;
    default:
      return c ^ (b | ~d);
  }
}

/* Which word of the block a step takes: each pass walks the sixteen words in its own stride. */
static size_t word_of(unsigned pass, unsigned step) {
  static const uint8_t stride[4] = {1, 5, 3, 7};
  static const uint8_t start[4] = {0, 1, 5, 0};
  return (stride[pass] * step + start[pass]) % 16;
}

static void absorb(uint32_t h[4], const uint8_t *block) {
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
  for (unsigned i = 0; i < 64; i++) {
    unsigned pass = i / 16;
    uint32_t sum = a + mix(pass, b, c, d) + load_le32(block + 4 * word_of(pass, i)) + sines[i];
    a = d;
    d = c;
    c = b;
    b += rotate_left(sum, shifts[pass][i % 4]);
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
}

void ws_md5(const uint8_t *data, size_t len, uint8_t digest[WS_MD5_BYTES]) {
  uint32_t h[4] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};
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
  store_le32(length, (uint32_t)bits);
  store_le32(length + 4, (uint32_t)(bits >> 32));
  for (size_t i = 0; i < blocks; i++)
    absorb(h, last + i * BLOCK);
  for (size_t i = 0; i < 4; i++)
    store_le32(digest + 4 * i, h[i]);
}
