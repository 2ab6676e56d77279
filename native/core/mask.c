#include "mask.h"

#include <string.h>

#include "mask_x86.h"

/* Generic vectors of a size that every 64-bit machine has registers for; wider ones go through memory where there are none.
 * Loads come before the stores that may overwrite what they read; since `out` is never above `in`, a store reaches only bytes
 * that were loaded. */
typedef uint8_t block __attribute__((vector_size(16)));
typedef uint32_t words __attribute__((vector_size(16)));
#define BLOCKS 4

void ws_mask_scalar(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  for (size_t i = 0; i < len; i++)
    out[i] = (uint8_t)(in[i] ^ mask[i % 4]);
}

/* In line: most messages are short. */
__attribute__((always_inline)) static inline void mask_by_blocks(const uint8_t *in, size_t len, const uint8_t mask[4],
                                                                 uint8_t *out) {
  uint32_t four;
  memcpy(&four, mask, sizeof four);
  block key = (block)((words){0} | four);

  size_t i = 0;
  for (; len - i >= BLOCKS * sizeof key; i += BLOCKS * sizeof key) {
    block a, b, c, d;
    memcpy(&a, in + i, sizeof a);
    memcpy(&b, in + i + sizeof key, sizeof b);
    memcpy(&c, in + i + 2 * sizeof key, sizeof c);
    memcpy(&d, in + i + 3 * sizeof key, sizeof d);
    a ^= key;
    b ^= key;
    c ^= key;
    d ^= key;
    memcpy(out + i, &a, sizeof a);
    memcpy(out + i + sizeof key, &b, sizeof b);
    memcpy(out + i + 2 * sizeof key, &c, sizeof c);
    memcpy(out + i + 3 * sizeof key, &d, sizeof d);
  }
  for (; len - i >= 8; i += 8) {
    uint64_t word, key_word = (uint64_t)four << 32 | four;
    memcpy(&word, in + i, sizeof word);
    word ^= key_word;
    memcpy(out + i, &word, sizeof word);
  }
  ws_mask_scalar(in + i, len - i, (const uint8_t *)&four, out + i);
}

/* With a mask of its own, since `out` may reach over the other. */
__attribute__((noinline)) static void mask_long(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  uint8_t own[4];
  memcpy(own, mask, sizeof own);
  size_t done = ws_mask_vector(in, len, own, out);
  mask_by_blocks(in + done, len - done, own, out + done);
}

void ws_mask(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  if (len >= WS_MASK_VECTOR_MIN) {
    mask_long(in, len, mask, out);
  } else {
    mask_by_blocks(in, len, mask, out);
  }
}

void ws_mask_advance(uint8_t mask[4], size_t len) {
  uint8_t twice[8];
  memcpy(twice, mask, 4);
  memcpy(twice + 4, mask, 4);
  memcpy(mask, twice + len % 4, 4);
}
