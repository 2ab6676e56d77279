/* The two streams of a connection. Each byte is a function of the seed, the direction and its offset, so that any cutting
 * up of the stream can be verified. No byte is 0: some go through printf. */
#ifndef TEST_DIFFERENTIAL_CONTENT_H
#define TEST_DIFFERENTIAL_CONTENT_H

#include <stddef.h>
#include <stdint.h>

enum direction { TO_SERVER, TO_CLIENT };

static inline uint8_t content_byte(uint64_t seed, enum direction direction, uint64_t offset) {
  uint64_t x =
      (offset + 1) * 0x9e3779b97f4a7c15u + seed * 0xff51afd7ed558ccdu + (uint64_t)direction * 0x632be59bd9b4e019u;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9u;
  return (uint8_t)(1 + (x >> 40) % 255);
}

static inline void content_fill(uint64_t seed, enum direction direction, uint64_t offset, uint8_t *out, size_t len) {
  for (size_t i = 0; i < len; i++)
    out[i] = content_byte(seed, direction, offset + i);
}

/* Index of the first byte that is wrong, or len. */
static inline size_t content_check(uint64_t seed, enum direction direction, uint64_t offset, const uint8_t *in,
                                   size_t len) {
  size_t i = 0;
  while (i < len && in[i] == content_byte(seed, direction, offset + i))
    i++;
  return i;
}

#endif
