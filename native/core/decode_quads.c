#include <string.h>

#include "base64.h"
#include "decode.h"
#include "mask.h"

/* A byte comes out with each character after the first of a quad, as soon as its eight bits are
 * there, so that output never runs ahead of input and never lags by more than it must. */

void ws_quads_begin(struct ws_decoder *d) {
  d->quad_len = 0;
  d->quad_pad = 0;
  d->quad_bits = 0;
}

bool ws_quads_whole(const struct ws_decoder *d) {
  return d->quad_len == 0;
}

/* RFC 4648 section 3.5 leaves it to the decoder whether bits that the padding cuts off must be zero.
 * They must: a text then has one meaning only, and anything else is a broken encoder. */
static bool take_pad(struct ws_decoder *d) {
  if (d->quad_len < 2 || d->quad_bits != 0) return false;
  d->quad_pad++;
  d->quad_len = (d->quad_len + 1) & 3;
  return true;
}

static bool take_character(struct ws_decoder *d, uint8_t character, uint8_t **out) {
  if (character == '=') return take_pad(d);
  uint8_t value = ws_base64_value(character);
  if (value == WS_BASE64_INVALID || d->quad_pad > 0) return false;
  uint32_t bits = d->quad_bits << 6 | value;
  if (d->quad_len > 0) {
    unsigned left = 6u - 2u * d->quad_len;
    *(*out)++ = (uint8_t)(bits >> left);
    bits &= (1u << left) - 1u;
  }
  d->quad_bits = bits;
  d->quad_len = (d->quad_len + 1) & 3;
  return true;
}

static size_t take_quads(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  if (d->quad_len > 0 || d->quad_pad > 0) return 0;
  size_t taken = ws_base64_decode_quads(cursor->in, len, d->mask, cursor->out);
  cursor->in += taken;
  cursor->out += taken / 4 * 3;
  return taken;
}

/* The quad that most texts end with, in one step; anything that is wrong with it is found a character at a time. */
static bool take_padded_quad(struct ws_decoder *d, struct ws_cursor *cursor) {
  const uint8_t *in = cursor->in;
  uint8_t a = ws_base64_value(in[0] ^ d->mask[0]), b = ws_base64_value(in[1] ^ d->mask[1]);
  bool one = (in[2] ^ d->mask[2]) == '=';
  uint8_t c = one ? 0 : ws_base64_value(in[2] ^ d->mask[2]);
  uint8_t cut_off = one ? b & 15 : c & 3;
  if ((in[3] ^ d->mask[3]) != '=' || (a | b | c) > 63 || cut_off != 0) return false;
  *cursor->out++ = (uint8_t)(a << 2 | b >> 4);
  if (!one) *cursor->out++ = (uint8_t)(b << 4 | c >> 2);
  cursor->in += 4;
  d->quad_pad = one ? 2 : 1;
  return true;
}

size_t ws_quads_decode(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  size_t taken = 0;
  while (taken < len) {
    taken += take_quads(d, cursor, len - taken);
    bool fresh = d->quad_len == 0 && d->quad_pad == 0;
    if (fresh && len - taken >= 4 && take_padded_quad(d, cursor)) taken += 4;
    if (taken == len) break;
    if (!take_character(d, *cursor->in ^ d->mask[0], &cursor->out)) break;
    cursor->in++;
    taken++;
    ws_mask_advance(d->mask, 1);
  }
  return taken;
}
