/* Each vector whole, at every split size and byte by byte; decoded to memory apart, over itself, and to lower
 * addresses. Input, and output apart, lie flush against a guard page. */
#include <stdio.h>
#include <string.h>

#include "core/decoder.h"
#include "support.h"

/* Where the payload goes: APART, or that many bytes below the input. */
#define APART (-1)
static const int places[] = {APART, 0, 1, 3, 8, 17, 64};

struct outcome {
  uint8_t payload[8192];
  size_t payload_len;
  char events[4096];
  size_t consumed;
  bool ended;
};

static void note_event(struct outcome *outcome, const struct ws_decoder *d, enum ws_event event) {
  static const char *const names[] = {"none", "ping", "pong", "close", "error"};
  if (event == WS_EVENT_NONE || event == WS_EVENT_ERROR) return;
  char *at = outcome->events + strlen(outcome->events);
  if (at > outcome->events) *at++ = ' ';
  at += sprintf(at, "%s:", names[event]);
  if (event == WS_EVENT_CLOSE) at += sprintf(at, "%u:", d->close_code);
  for (size_t i = 0; i < d->control_len; i++)
    at += sprintf(at, "%02x", d->control[i]);
}

/* Nothing before the count yields payload, and the byte behind it does, unless the stream ends there. */
static void check_overhead(const struct ws_decoder *d, const uint8_t *in, size_t len) {
  size_t overhead = ws_decode_overhead(d, in, len);
  struct ws_decoder trial = *d;
  uint8_t out[8192];
  size_t done = 0;
  CHECK(overhead <= len);
  while (done < overhead) {
    struct ws_decoded r = ws_decode(&trial, in + done, overhead - done, out);
    CHECK(r.produced == 0);
    CHECK(r.consumed > 0);
    if (r.consumed == 0) return;
    done += r.consumed;
  }
  if (overhead < len && !ws_decoder_ended(&trial)) CHECK(ws_decode(&trial, in + overhead, 1, out).produced == 1);
}

static void feed(struct ws_decoder *d, const uint8_t *piece, size_t len, int place, struct outcome *outcome) {
  while (len > 0 && !outcome->ended) {
    check_overhead(d, piece, len);
    uint8_t *in = flush_copy(0, piece, len);
    uint8_t *out = place == APART ? flush(1, len) : in - place;
    struct ws_decoded r = ws_decode(d, in, len, out);
    CHECK(r.consumed <= len && r.produced <= r.consumed);
    CHECK(r.event != WS_EVENT_NONE || r.consumed == len);
    CHECK(same_bytes(in + r.consumed, len - r.consumed, piece + r.consumed, len - r.consumed));
    memcpy(outcome->payload + outcome->payload_len, out, r.produced);
    outcome->payload_len += r.produced;
    outcome->consumed += r.consumed;
    note_event(outcome, d, r.event);
    outcome->ended = r.event == WS_EVENT_CLOSE || r.event == WS_EVENT_ERROR;
    CHECK(outcome->ended == ws_decoder_ended(d));
    piece += r.consumed;
    len -= r.consumed;
  }
}

/* After the end everything is taken and nothing comes of it. */
static void check_end(struct ws_decoder *d, const struct outcome *outcome) {
  if (!outcome->ended) return;
  uint8_t more[] = {0x82, 0x81, 0, 0, 0, 0, 'x'};
  enum ws_event event = d->error == WS_ERROR_NONE ? WS_EVENT_CLOSE : WS_EVENT_ERROR;
  CHECK(ws_decode_overhead(d, more, sizeof more) == sizeof more);
  struct ws_decoded r = ws_decode(d, more, sizeof more, more);
  CHECK(r.consumed == sizeof more && r.produced == 0 && r.event == event);
  r = ws_decode(d, more, 0, more);
  CHECK(r.consumed == 0 && r.produced == 0 && r.event == event);
}

static enum ws_dialect dialect_of(const struct vector *vector) {
  enum ws_dialect dialect = WS_DIALECT_RFC6455;
  struct bytes name = vector_text(vector, "dialect");
  CHECK(ws_dialect_from_name((const char *)name.data, name.len, &dialect));
  return dialect;
}

struct expectation {
  struct bytes input, payload;
  const char *events;
  const char *error;
  size_t consumed;
  bool boundary;
  enum ws_dialect dialect;
  enum ws_encoding encoding;
};

static void run_split(const struct expectation *expected, size_t split, int place) {
  struct ws_decoder d;
  ws_decoder_init(&d, expected->dialect, expected->encoding);
  struct outcome outcome = {.payload_len = 0};
  for (size_t at = 0; at < expected->input.len; at += split) {
    size_t left = expected->input.len - at;
    feed(&d, expected->input.data + at, left < split ? left : split, place, &outcome);
  }
  CHECK(same_bytes(outcome.payload, outcome.payload_len, expected->payload.data, expected->payload.len));
  CHECK(strcmp(outcome.events, expected->events) == 0);
  CHECK(strcmp(ws_error_token((enum ws_error)d.error), expected->error) == 0);
  CHECK(outcome.consumed == expected->consumed);
  CHECK(ws_decoder_at_boundary(&d) == expected->boundary);
  check_end(&d, &outcome);
}

static void run(const struct vector *vector) {
  struct expectation expected = {
      .input = vector_hex(vector, "input"),
      .payload = vector_hex(vector, "payload"),
      .events = vector_string(vector, "events"),
      .error = vector_string(vector, "error"),
      .consumed = (size_t)vector_number(vector, "consumed"),
      .boundary = vector_is(vector, "boundary", "yes"),
      .dialect = dialect_of(vector),
      .encoding = vector_is(vector, "encoding", "base64") ? WS_ENCODING_BASE64 : WS_ENCODING_BINARY,
  };
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    run_split(&expected, expected.input.len + 1, places[i]);
    for (size_t split = 1; split < expected.input.len; split++)
      run_split(&expected, split, places[i]);
  }
}

int main(void) {
  for_each_vector("decode.json", run);
  return finish();
}
