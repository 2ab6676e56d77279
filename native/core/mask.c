#include "mask.h"

#include <string.h>

/* Generic vectors: two SSE2 registers on any x86-64, one register with AVX2, plain words where there
 * are none. Wide loads come before the store that may overwrite what they read; since `out` is never
 * above `in`, a store reaches only bytes that were loaded. */
typedef uint32_t block __attribute__((vector_size(32)));

void ws_mask_scalar(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  for (size_t i = 0; i < len; i++)
    out[i] = (uint8_t)(in[i] ^ mask[i % 4]);
}

void ws_mask(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  uint32_t four;
  memcpy(&four, mask, sizeof four);
  block key = four - (block){0};

  size_t i = 0;
  for (; len - i >= 2 * sizeof key; i += 2 * sizeof key) {
    block a, b;
    memcpy(&a, in + i, sizeof a);
    memcpy(&b, in + i + sizeof a, sizeof b);
    a ^= key;
    b ^= key;
    memcpy(out + i, &a, sizeof a);
    memcpy(out + i + sizeof a, &b, sizeof b);
  }
  for (; len - i >= 8; i += 8) {
    uint64_t word, key_word;
    memcpy(&word, in + i, sizeof word);
    memcpy(&key_word, &key, sizeof key_word);
    word ^= key_word;
    memcpy(out + i, &word, sizeof word);
  }
  ws_mask_scalar(in + i, len - i, mask, out + i);
}

void ws_mask_advance(uint8_t mask[4], size_t len) {
  uint8_t turned[4];
  for (size_t i = 0; i < 4; i++)
    turned[i] = mask[(i + len) % 4];
  memcpy(mask, turned, 4);
}
