#include "base64.h"

#include "base64_x86.h"

static const uint8_t alphabet[64] = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};

/* 255 is WS_BASE64_INVALID: it alone has its top bits set, so that values can be tested together. */
/* clang-format off */
static const uint8_t values[256] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,  62, 255, 255, 255,  63,
     52,  53,  54,  55,  56,  57,  58,  59,  60,  61, 255, 255, 255, 255, 255, 255,
    255,   0,   1,   2,   3,   4,   5,   6,   7,   8,   9,  10,  11,  12,  13,  14,
     15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25, 255, 255, 255, 255, 255,
    255,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,
     41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};
/* clang-format on */

uint8_t ws_base64_value(uint8_t character) {
  return values[character];
}

static void encode_triple(const uint8_t *in, uint8_t *out) {
  uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
  out[0] = alphabet[bits >> 18];
  out[1] = alphabet[bits >> 12 & 63];
  out[2] = alphabet[bits >> 6 & 63];
  out[3] = alphabet[bits & 63];
}

static void encode_padded(const uint8_t *in, size_t len, uint8_t *out) {
  uint8_t triple[3] = {in[0], len > 1 ? in[1] : (uint8_t)0, 0};
  encode_triple(triple, out);
  if (len == 1) out[2] = '=';
  out[3] = '=';
}

size_t ws_base64_encode_scalar(const uint8_t *in, size_t len, uint8_t *out) {
  uint8_t *at = out;
  size_t i = 0;
  for (; len - i >= 3; i += 3, at += 4)
    encode_triple(in + i, at);
  if (i < len) {
    encode_padded(in + i, len - i, at);
    at += 4;
  }
  return (size_t)(at - out);
}

size_t ws_base64_encode(const uint8_t *in, size_t len, uint8_t *out) {
  size_t taken = ws_base64_encode_vector(in, len, out);
  size_t written = taken / 3 * 4;
  return written + ws_base64_encode_scalar(in + taken, len - taken, out + written);
}

size_t ws_base64_decode_quads_scalar(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  size_t i = 0;
  for (; len - i >= 4; i += 4, out += 3) {
    uint8_t a = values[in[i] ^ mask[0]], b = values[in[i + 1] ^ mask[1]];
    uint8_t c = values[in[i + 2] ^ mask[2]], d = values[in[i + 3] ^ mask[3]];
    if ((a | b | c | d) > 63) break;
    out[0] = (uint8_t)(a << 2 | b >> 4);
    out[1] = (uint8_t)(b << 4 | c >> 2);
    out[2] = (uint8_t)(c << 6 | d);
  }
  return i;
}

size_t ws_base64_decode_quads(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  size_t taken = ws_base64_decode_vector(in, len, mask, out);
  return taken + ws_base64_decode_quads_scalar(in + taken, len - taken, mask, out + taken / 4 * 3);
}
