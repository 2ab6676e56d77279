/* The encoder. The first byte chooses dialect and encoding; then each two bytes are a step: how much is written, and how
 * much of the plan the kernel takes.
 * - What is reported is never more than what was planned, nor what was planned more than what was given.
 * - When all of a plan's payload is reported, no part of its encoding is left over.
 * - Once all is sent, the number of payload bytes in the frames is the number of bytes reported. */
#include <stdlib.h>
#include <string.h>

#include "core/encoder.h"
#include "fuzz.h"

#define WIRE_MAX (1u << 20)

static uint8_t payload[4096], wire[WIRE_MAX];
static size_t wire_len;

static size_t step(struct ws_encoder *e, size_t len, size_t take) {
  struct ws_span spans[2] = {{payload, len / 2}, {payload + len / 2, len - len / 2}};
  uint8_t scratch[80];
  struct ws_plan plan;
  ws_encode_plan(e, spans, 2, scratch, sizeof scratch, &plan);
  HOLDS(plan.payload <= len);
  size_t left = take < plan.wire_len ? take : plan.wire_len, sent = left;
  for (size_t i = 0; i < plan.span_count; i++) {
    size_t part = plan.spans[i].len < left ? plan.spans[i].len : left;
    memcpy(wire + wire_len, plan.spans[i].data, part);
    wire_len += part;
    left -= part;
  }
  size_t reported = ws_encode_commit(e, &plan, sent);
  HOLDS(reported <= plan.payload);
  HOLDS(reported == 0 || reported < plan.payload || e->tail_len == 0);
  return reported;
}

static size_t text_bytes(const uint8_t *text, size_t len) {
  HOLDS(len % 4 == 0);
  size_t pad = len > 0 ? (size_t)(text[len - 1] == '=') + (size_t)(text[len - 2] == '=') : 0;
  HOLDS(len == 0 || !memchr(text, '=', len - pad));
  return len / 4 * 3 - pad;
}

static size_t hixie_bytes(void) {
  size_t sum = 0;
  for (size_t at = 0; at < wire_len;) {
    HOLDS(wire[at] == 0);
    const uint8_t *end = memchr(wire + at, 0xff, wire_len - at);
    HOLDS(end);
    sum += text_bytes(wire + at + 1, (size_t)(end - wire) - at - 1);
    at = (size_t)(end - wire) + 1;
  }
  return sum;
}

static size_t counted_bytes(void) {
  size_t sum = 0;
  for (size_t at = 0, len; at < wire_len; at += len) {
    size_t head = wire[at + 1] == 126 ? 4 : 2;
    len = head == 2 ? wire[at + 1] : (size_t)wire[at + 2] << 8 | wire[at + 3];
    HOLDS(wire[at] == 0x81 || wire[at] == 0x82 || wire[at] == 0x8a);
    if (wire[at] == 0x81) sum += text_bytes(wire + at + head, len);
    if (wire[at] == 0x82) sum += len;
    len += head;
  }
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  bool hixie = data[0] % 3 == 2;
  enum ws_dialect dialect = hixie ? WS_DIALECT_HIXIE75 : WS_DIALECT_RFC6455;
  struct ws_encoder e;
  ws_encoder_init(&e, dialect, data[0] % 3 ? WS_ENCODING_BASE64 : WS_ENCODING_BINARY);
  wire_len = 0;
  size_t reported = 0;
  for (size_t i = 1; i + 1 < size && wire_len < WIRE_MAX / 4; i += 2) {
    if (data[i] == 255)
      ws_encoder_pong(&e, payload, data[i + 1] % 126u);
    else if (data[i] >= e.ahead)
      reported += step(&e, data[i] * (data[i] > 200 ? 16u : 1u), data[i + 1]);
  }
  for (int i = 0; i < 10000 && (e.ahead || !ws_encoder_idle(&e)); i++) {
    bool needs = e.ahead || ws_encoder_frame_open(&e);
    reported += step(&e, needs ? 100 : 0, 200);
  }
  HOLDS(ws_encoder_idle(&e) && e.ahead == 0);
  HOLDS(reported == (hixie ? hixie_bytes() : counted_bytes()));
  return 0;
}
