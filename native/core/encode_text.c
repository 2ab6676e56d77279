#include <string.h>

#include "base64.h"
#include "encode.h"

/* Quads out of payload that lies in pieces: bytes that do not make a triple wait for the next. */
struct gather {
  uint8_t held[3];
  size_t held_len;
  uint8_t *text;
  size_t text_len;
};

static void encode(struct gather *gather, const uint8_t *bytes, size_t len) {
  gather->text_len += ws_base64_encode(bytes, len, gather->text + gather->text_len);
}

static void hold(struct gather *gather, const uint8_t *bytes, size_t len) {
  if (len > 0) memcpy(gather->held + gather->held_len, bytes, len);
  gather->held_len += len;
}

static void feed(struct gather *gather, const uint8_t *bytes, size_t len) {
  if (gather->held_len > 0) {
    size_t missing = sizeof gather->held - gather->held_len;
    size_t taken = len < missing ? len : missing;
    hold(gather, bytes, taken);
    if (taken < missing) return;
    encode(gather, gather->held, gather->held_len);
    gather->held_len = 0;
    bytes += taken;
    len -= taken;
  }
  encode(gather, bytes, len / 3 * 3);
  hold(gather, bytes + len / 3 * 3, len % 3);
}

void ws_text_make(const struct ws_encoder *e, struct ws_source *source, uint8_t *text, struct ws_text_limits limits,
                  struct ws_plan *plan) {
  struct gather gather = {.text = text};
  hold(&gather, e->carry, e->carry_len);
  size_t wanted = limits.quads * 3 - gather.held_len;
  while (wanted > 0) {
    struct ws_span run = ws_source_next(source, wanted);
    if (run.len == 0) break;
    feed(&gather, run.data, run.len);
    plan->payload += run.len;
    wanted -= run.len;
  }
  if (limits.pad && gather.held_len > 0) {
    encode(&gather, gather.held, gather.held_len);
  } else {
    memcpy(plan->left, gather.held, gather.held_len);
    plan->left_len = (uint8_t)gather.held_len;
  }
  plan->text = text;
  plan->body = gather.text_len;
}

size_t ws_text_sent(struct ws_encoder *e, const struct ws_plan *plan, size_t sent, size_t quads) {
  if (quads == 0) return 0;
  size_t begun = quads * 4;
  e->tail_len = (uint8_t)(begun - sent);
  memcpy(e->tail, plan->text + sent, e->tail_len);
  size_t bytes = quads * 3;
  if (begun == plan->body) bytes = plan->payload - plan->skipped + e->carry_len - plan->left_len;
  bytes -= e->carry_len;
  e->carry_len = 0;
  return bytes;
}
