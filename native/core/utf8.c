#include "utf8.h"

#include <string.h>

#define HIGH_BITS 0x8080808080808080u

/* What may come next: how many continuation bytes are missing, and the range of the first of them.
 * The range is where overlong forms, surrogates and code points above U+10FFFF are kept out (RFC 3629
 * section 4); after that byte it is 80..BF. */
static uint32_t expect(uint32_t missing, uint32_t low, uint32_t high) {
  return missing | low << 8 | high << 16;
}

/* C0, C1 and F5 to FF begin nothing; 80 to BF only continue. */
static bool is_lead(uint8_t byte) {
  return byte < 0x80 || (byte >= 0xc2 && byte <= 0xf4);
}

static uint32_t after_lead(uint8_t byte) {
  if (byte < 0x80) return WS_UTF8_WHOLE;
  if (byte < 0xe0) return expect(1, 0x80, 0xbf);
  if (byte < 0xf0) return expect(2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
  return expect(3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
}

static bool take_lead(uint32_t *state, uint8_t byte) {
  if (!is_lead(byte)) return false;
  *state = after_lead(byte);
  return true;
}

bool ws_utf8_step(uint32_t *state, uint8_t byte) {
  if (*state == WS_UTF8_WHOLE) return take_lead(state, byte);
  uint32_t missing = *state & 0xff;
  if (byte < (*state >> 8 & 0xff) || byte > (*state >> 16 & 0xff)) return false;
  *state = missing == 1 ? WS_UTF8_WHOLE : expect(missing - 1, 0x80, 0xbf);
  return true;
}

/* How many of the bytes, in words of eight, are ASCII; those are written. */
static size_t unmask_ascii(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  uint64_t key, word;
  memcpy(&key, mask, 4);
  memcpy((uint8_t *)&key + 4, mask, 4);
  size_t i = 0;
  for (; len - i >= sizeof word; i += sizeof word) {
    memcpy(&word, in + i, sizeof word);
    word ^= key;
    if (word & HIGH_BITS) break;
    memcpy(out + i, &word, sizeof word);
  }
  return i;
}

size_t ws_utf8_unmask(uint32_t *state, const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  size_t i = 0;
  while (i < len) {
    if (*state == WS_UTF8_WHOLE && i % 4 == 0) i += unmask_ascii(in + i, len - i, mask, out + i);
    /* Eight at a time by hand before the fast way is tried again. */
    for (size_t stop = len - i < 8 ? len : i + 8; i < stop; i++) {
      uint8_t byte = (uint8_t)(in[i] ^ mask[i % 4]);
      if (!ws_utf8_step(state, byte)) return i;
      out[i] = byte;
    }
  }
  return i;
}
