#include "decoder.h"

#include <string.h>

#include "decode.h"

void ws_decoder_init(struct ws_decoder *d, enum ws_dialect dialect, enum ws_encoding encoding) {
  memset(d, 0, sizeof *d);
  d->dialect = (uint8_t)dialect;
  d->encoding = (uint8_t)encoding;
  d->state = WS_STATE_HEADER;
}

enum ws_event ws_decoder_fail(struct ws_decoder *d, enum ws_error error) {
  d->error = (uint8_t)error;
  d->state = WS_STATE_FAILED;
  return WS_EVENT_ERROR;
}

struct ws_decoded ws_decode(struct ws_decoder *d, const uint8_t *in, size_t len, uint8_t *out) {
  if (ws_decoder_ended(d)) {
    enum ws_event final = d->state == WS_STATE_CLOSED ? WS_EVENT_CLOSE : WS_EVENT_ERROR;
    return (struct ws_decoded){len, 0, final};
  }
  if (len == 0) return (struct ws_decoded){0, 0, WS_EVENT_NONE};
  struct ws_cursor cursor = {in, in + len, out};
  bool hixie = ws_dialect_is_hixie((enum ws_dialect)d->dialect);
  enum ws_event event = hixie ? ws_decode_hixie(d, &cursor) : ws_decode_rfc6455(d, &cursor);
  return (struct ws_decoded){(size_t)(cursor.in - in), (size_t)(cursor.out - out), event};
}

/* Exact because it is the decoder itself that is asked, a byte at a time: what comes before the first
 * payload byte is a few headers at most. */
size_t ws_decode_overhead(const struct ws_decoder *d, const uint8_t *in, size_t len) {
  struct ws_decoder trial = *d;
  if (ws_decoder_ended(&trial)) return len;
  for (size_t i = 0; i < len; i++) {
    uint8_t payload;
    if (ws_decode(&trial, in + i, 1, &payload).produced > 0) return i;
    if (ws_decoder_ended(&trial)) return i + 1;
  }
  return len;
}

size_t ws_decode_reach(const struct ws_decoder *d, size_t room) {
  bool hixie = ws_dialect_is_hixie((enum ws_dialect)d->dialect);
  return hixie || ws_decoder_ended(d) ? room : ws_decode_reach_rfc6455(d, room);
}

bool ws_decoder_is_sound(const struct ws_decoder *d) {
  bool within = d->dialect < WS_DIALECT_COUNT && d->encoding <= WS_ENCODING_BASE64 && d->state >= WS_STATE_HEADER &&
                d->state <= WS_STATE_FAILED && d->control_len <= WS_CONTROL_PAYLOAD_MAX &&
                d->header_len < sizeof d->header && d->quad_len < 4;
  return within && (ws_dialect_is_hixie((enum ws_dialect)d->dialect) || ws_decode_is_sound_rfc6455(d));
}

bool ws_decoder_ended(const struct ws_decoder *d) {
  return d->state == WS_STATE_CLOSED || d->state == WS_STATE_FAILED;
}

bool ws_decoder_at_boundary(const struct ws_decoder *d) {
  if (d->state == WS_STATE_CLOSED) return true;
  return d->state == WS_STATE_HEADER && d->header_len == 0 && d->message == 0;
}
