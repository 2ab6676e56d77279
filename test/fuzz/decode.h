/* Invariants of a decoder, whatever the dialect. The first byte says how the rest is cut.
 * - Of each call: produced <= consumed <= len, and all is consumed unless there is an event.
 * - Decoding in pieces, in place and to lower addresses, gives the payload, events and end of decoding all at once.
 * - No byte within the overhead yields payload, and the byte behind it does, unless the stream ends there. */
#ifndef TEST_FUZZ_DECODE_H
#define TEST_FUZZ_DECODE_H

#include <stdlib.h>
#include <string.h>

#include "core/decoder.h"
#include "fuzz.h"

struct fuzz_outcome {
  uint8_t *payload;
  size_t payload_len;
  size_t consumed;
  uint32_t events; /* a hash of kinds, payloads and codes */
};

static inline void fuzz_note(struct fuzz_outcome *outcome, const struct ws_decoder *d, enum ws_event event) {
  outcome->events = outcome->events * 31 + (uint32_t)event;
  if (event == WS_EVENT_CLOSE) outcome->events = outcome->events * 31 + d->close_code;
  if (event == WS_EVENT_ERROR) outcome->events = outcome->events * 31 + d->error;
  for (size_t i = 0; event != WS_EVENT_ERROR && i < d->control_len; i++)
    outcome->events = outcome->events * 31 + d->control[i];
}

static inline void fuzz_overhead(struct ws_decoder d, const uint8_t *in, size_t len) {
  size_t overhead = ws_decode_overhead(&d, in, len);
  HOLDS(overhead <= len);
  uint8_t *out = malloc(len + 1);
  size_t done = 0;
  while (done < overhead) {
    struct ws_decoded r = ws_decode(&d, in + done, overhead - done, out);
    HOLDS(r.produced == 0 && r.consumed > 0);
    done += r.consumed;
  }
  if (overhead < len && !ws_decoder_ended(&d)) HOLDS(ws_decode(&d, in + overhead, 1, out).produced == 1);
  free(out);
}

/* One piece. `below`: how far below the input the output begins. */
static inline void fuzz_piece(struct ws_decoder *d, const uint8_t *piece, size_t len, size_t below,
                              struct fuzz_outcome *outcome) {
  while (len > 0 && !ws_decoder_ended(d)) {
    fuzz_overhead(*d, piece, len);
    uint8_t *buffer = malloc(below + len);
    memcpy(buffer + below, piece, len);
    struct ws_decoded r = ws_decode(d, buffer + below, len, buffer);
    HOLDS(r.produced <= r.consumed && r.consumed <= len);
    HOLDS(r.event != WS_EVENT_NONE || r.consumed == len);
    HOLDS(memcmp(buffer + below + r.consumed, piece + r.consumed, len - r.consumed) == 0);
    memcpy(outcome->payload + outcome->payload_len, buffer, r.produced);
    outcome->payload_len += r.produced;
    outcome->consumed += r.consumed;
    if (r.event != WS_EVENT_NONE) fuzz_note(outcome, d, r.event);
    free(buffer);
    piece += r.consumed;
    len -= r.consumed;
  }
}

static inline struct fuzz_outcome fuzz_decode(enum ws_dialect dialect, enum ws_encoding encoding, const uint8_t *data,
                                              size_t size, uint32_t seed) {
  struct fuzz_outcome outcome = {.payload = malloc(size + 1)};
  struct ws_decoder d;
  ws_decoder_init(&d, dialect, encoding);
  uint32_t state = seed;
  size_t most = seed % 7 == 0 ? 1 : 1 + seed % 64;
  for (size_t at = 0, len; at < size; at += len) {
    len = seed == 0 ? size : 1 + fuzz_next(&state) % most;
    if (len > size - at) len = size - at;
    fuzz_piece(&d, data + at, len, seed == 0 ? 0 : fuzz_next(&state) % 40, &outcome);
  }
  return outcome;
}

static inline int fuzz_decoder(enum ws_dialect dialect, enum ws_encoding encoding, const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  struct fuzz_outcome whole = fuzz_decode(dialect, encoding, data + 1, size - 1, 0);
  struct fuzz_outcome pieces = fuzz_decode(dialect, encoding, data + 1, size - 1, 1u + data[0]);
  HOLDS(whole.payload_len == pieces.payload_len && whole.consumed == pieces.consumed);
  HOLDS(whole.events == pieces.events);
  HOLDS(memcmp(whole.payload, pieces.payload, whole.payload_len) == 0);
  free(whole.payload);
  free(pieces.payload);
  return 0;
}

#endif
