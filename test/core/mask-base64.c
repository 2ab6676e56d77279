/* The fast forms against the plain ones: every length, alignment and distance at which input and output can overlap,
 * and every wrong character at every place. */
#include <string.h>

#include "core/base64.h"
#include "core/mask.h"
#include "support.h"

#define LENGTH_MAX 300
#define MASKED_MAX 700
#define DISTANCE_MAX 70

static void masking(void) {
  uint8_t data[MASKED_MAX], expected[MASKED_MAX], mask[4];
  for (size_t len = 0; len <= MASKED_MAX; len++) {
    subject("mask, %zu bytes", len);
    chance_fill(data, len);
    chance_fill(mask, sizeof mask);
    ws_mask_scalar(data, len, mask, expected);
    for (size_t distance = 0; distance <= DISTANCE_MAX; distance++) {
      uint8_t *in = flush_copy(0, data, len);
      ws_mask(in, len, mask, in - distance);
      CHECK(same_bytes(in - distance, len, expected, len));
    }
    uint8_t *apart = flush(1, len);
    ws_mask(data, len, mask, apart);
    CHECK(same_bytes(apart, len, expected, len));
  }
}

static void advancing(void) {
  uint8_t data[64], expected[64], mask[4];
  for (size_t len = 0; len <= sizeof data; len++) {
    subject("mask, cut after %zu bytes", len);
    chance_fill(data, sizeof data);
    chance_fill(mask, sizeof mask);
    ws_mask_scalar(data, sizeof data, mask, expected);
    ws_mask(data, len, mask, data);
    ws_mask_advance(mask, len);
    ws_mask(data + len, sizeof data - len, mask, data + len);
    CHECK(same_bytes(data, sizeof data, expected, sizeof expected));
  }
}

static void encoding(void) {
  uint8_t data[LENGTH_MAX], expected[WS_BASE64_LEN(LENGTH_MAX)];
  for (size_t len = 0; len <= LENGTH_MAX; len++) {
    subject("base64, encoding %zu bytes", len);
    chance_fill(data, len);
    size_t expected_len = ws_base64_encode_scalar(data, len, expected);
    uint8_t *out = flush(1, WS_BASE64_LEN(len));
    size_t out_len = ws_base64_encode(flush_copy(0, data, len), len, out);
    CHECK(same_bytes(out, out_len, expected, expected_len));
  }
}

static void decoding(void) {
  uint8_t data[LENGTH_MAX], text[WS_BASE64_LEN(LENGTH_MAX)], mask[4];
  for (size_t len = 0; len <= LENGTH_MAX; len += 3) {
    subject("base64, decoding %zu bytes", len);
    chance_fill(data, len);
    chance_fill(mask, sizeof mask);
    size_t text_len = ws_base64_encode_scalar(data, len, text);
    ws_mask_scalar(text, text_len, mask, text);
    for (size_t distance = 0; distance <= DISTANCE_MAX; distance++) {
      uint8_t *in = flush_copy(0, text, text_len);
      CHECK(ws_base64_decode_quads(in, text_len, mask, in - distance) == text_len);
      CHECK(same_bytes(in - distance, len, data, len));
    }
    uint8_t *apart = flush(1, text_len);
    CHECK(ws_base64_decode_quads(flush_copy(0, text, text_len), text_len, mask, apart) == text_len);
    CHECK(same_bytes(apart, len, data, len));
  }
}

/* Bytes behind the quads that were taken are not touched, so that the caller can look at them. */
static void wrong_characters(void) {
  uint8_t text[136], expected[102];
  static const uint8_t no_mask[4];
  for (unsigned character = 0; character < 256; character++) {
    subject("base64, character %#04x", character);
    for (size_t at = 0; at < sizeof text; at++) {
      for (size_t i = 0; i < sizeof text; i++) {
        do
          text[i] = (uint8_t)chance(128);
        while (ws_base64_value(text[i]) == WS_BASE64_INVALID);
      }
      text[at] = (uint8_t)character;
      bool good = ws_base64_value((uint8_t)character) != WS_BASE64_INVALID;
      size_t taken = ws_base64_decode_quads_scalar(text, sizeof text, no_mask, expected);
      CHECK(taken == (good ? sizeof text : at / 4 * 4));
      uint8_t *in = flush_copy(0, text, sizeof text);
      CHECK(ws_base64_decode_quads(in, sizeof text, no_mask, in) == taken);
      CHECK(same_bytes(in, taken / 4 * 3, expected, taken / 4 * 3));
      CHECK(same_bytes(in + taken, sizeof text - taken, text + taken, sizeof text - taken));
    }
  }
}

int main(void) {
  masking();
  advancing();
  encoding();
  decoding();
  wrong_characters();
  return finish();
}
