#include "encoder.h"

#include <string.h>

#include "encode.h"

#define LENGTH_16 126
#define LENGTH_64 127
#define CLOSE_CODE_BYTES 2

struct ws_span ws_source_next(struct ws_source *source, size_t max) {
  while (source->count > 0 && source->offset == source->spans[0].len) {
    source->spans++;
    source->count--;
    source->offset = 0;
  }
  if (source->count == 0 || max == 0) return (struct ws_span){NULL, 0};
  size_t len = source->spans[0].len - source->offset;
  if (len > max) len = max;
  const uint8_t *data = source->spans[0].data;
  struct ws_span run = {data + source->offset, len};
  source->offset += len;
  return run;
}

size_t ws_source_left(const struct ws_source *source, size_t enough) {
  struct ws_source trial = *source;
  size_t left = 0, run;
  while ((run = ws_source_next(&trial, enough - left).len) > 0)
    left += run;
  return left;
}

void ws_plan_add(struct ws_plan *plan, const void *data, size_t len) {
  if (len == 0) return;
  plan->spans[plan->span_count++] = (struct ws_span){data, len};
  plan->wire_len += len;
}

size_t ws_plan_room(const struct ws_plan *plan) {
  return WS_PLAN_SPANS_MAX - plan->span_count;
}

static uint8_t write_big_endian(uint8_t *out, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++) {
    unsigned shift = 8 * (bytes - 1 - i);
    out[i] = (uint8_t)(value >> shift);
  }
  return (uint8_t)bytes;
}

/* RFC 6455 section 5.2: FIN, opcode, the length in its shortest form, no mask. */
static uint8_t write_header(uint8_t *out, uint8_t first, uint32_t len) {
  out[0] = first;
  if (len < LENGTH_16) {
    out[1] = (uint8_t)len;
    return 2;
  }
  bool fits = len <= UINT16_MAX;
  out[1] = fits ? LENGTH_16 : LENGTH_64;
  return (uint8_t)(2 + write_big_endian(out + 2, len, fits ? 2 : 8));
}

void ws_plan_begin_frame(struct ws_plan *plan, uint8_t first, uint32_t len) {
  plan->head_len = write_header(plan->head, first, len);
  plan->owed = len;
  ws_plan_add(plan, plan->head, plan->head_len);
}

size_t ws_commit_begin_frame(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  if (plan->head_len == 0 || sent == 0) return sent;
  e->owed = plan->owed;
  if (sent >= plan->head_len) return sent - plan->head_len;
  memcpy(e->head, plan->head, plan->head_len);
  e->head_len = plan->head_len;
  e->head_sent = (uint8_t)sent;
  return 0;
}

void ws_encoder_init(struct ws_encoder *e, enum ws_dialect dialect, enum ws_encoding encoding) {
  memset(e, 0, sizeof *e);
  e->dialect = (uint8_t)dialect;
  e->encoding = (uint8_t)encoding;
}

static bool is_hixie(const struct ws_encoder *e) {
  return ws_dialect_is_hixie((enum ws_dialect)e->dialect);
}

static void plan_body(const struct ws_encoder *e, struct ws_source *source, uint8_t *scratch, size_t scratch_len,
                      struct ws_plan *plan) {
  if (is_hixie(e))
    ws_plan_hixie(e, source, scratch, scratch_len, plan);
  else if (e->encoding == WS_ENCODING_BASE64)
    ws_plan_base64(e, source, scratch, scratch_len, plan);
  else
    ws_plan_binary(e, source, plan);
}

static size_t commit_body(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  if (plan->payload == plan->skipped) return 0;
  if (is_hixie(e)) return ws_commit_hixie(e, plan, sent);
  if (e->encoding == WS_ENCODING_BASE64) return ws_commit_base64(e, plan, sent);
  return ws_commit_binary(e, plan, sent);
}

/* Nothing follows a Close, except that an open frame must be filled before it. */
static bool takes_payload(const struct ws_encoder *e) {
  return e->close_state == WS_CLOSE_NONE || ws_encoder_frame_open(e);
}

static bool begins_with_the_byte_ahead(const struct ws_encoder *e, struct ws_source source) {
  if (e->ahead == 0) return false;
  struct ws_span first = ws_source_next(&source, 1);
  return first.len > 0 && *(const uint8_t *)first.data == e->ahead_byte;
}

static uint8_t byte_at(struct ws_source source, size_t offset) {
  struct ws_span run = ws_source_next(&source, offset + 1);
  while (run.len <= offset) {
    offset -= run.len;
    run = ws_source_next(&source, offset + 1);
  }
  return ((const uint8_t *)run.data)[offset];
}

void ws_encode_plan(const struct ws_encoder *e, const struct ws_span *payload, size_t count, uint8_t *scratch,
                    size_t scratch_len, struct ws_plan *plan) {
  memset(plan, 0, sizeof *plan);
  ws_plan_add(plan, e->tail, e->tail_len);
  ws_plan_add(plan, e->head + e->head_sent, (size_t)(e->head_len - e->head_sent));
  if (!ws_encoder_frame_open(e))
    ws_plan_add(plan, e->control + e->control_sent, (size_t)(e->control_len - e->control_sent));

  struct ws_source source = {payload, count, 0};
  if (begins_with_the_byte_ahead(e, source)) plan->skipped = (uint8_t)ws_source_next(&source, 1).len;
  plan->payload = plan->skipped;
  if (takes_payload(e)) plan_body(e, &source, scratch, scratch_len, plan);
  if (plan->text != NULL && plan->payload > 0)
    plan->last = byte_at((struct ws_source){payload, count, 0}, plan->payload - 1);
}

size_t ws_encode_header(const struct ws_encoder *e, size_t len, uint8_t header[WS_FRAME_HEADER_OUT_MAX]) {
  bool plain = e->encoding == WS_ENCODING_BINARY && e->close_state == WS_CLOSE_NONE && ws_encoder_idle(e);
  return plain && len > 0 && len <= WS_FRAME_OUT_MAX ? write_header(header, WS_FRAME_BINARY, (uint32_t)len) : 0;
}

void ws_commit_hold_back(struct ws_encoder *e, const struct ws_plan *plan, size_t *bytes) {
  if (*bytes < plan->payload - plan->skipped || e->ahead > 0) return;
  (*bytes)--;
  e->ahead = 1;
  e->ahead_byte = plan->last;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t commit_tail(struct ws_encoder *e, size_t sent) {
  size_t taken = least(sent, e->tail_len);
  e->tail_len = (uint8_t)(e->tail_len - taken);
  memmove(e->tail, e->tail + taken, e->tail_len);
  return taken;
}

static size_t commit_head(struct ws_encoder *e, size_t sent) {
  size_t taken = least(sent, (size_t)(e->head_len - e->head_sent));
  e->head_sent = (uint8_t)(e->head_sent + taken);
  if (e->head_sent == e->head_len) e->head_sent = e->head_len = 0;
  return taken;
}

static size_t commit_control(struct ws_encoder *e, size_t sent) {
  if (ws_encoder_frame_open(e)) return 0;
  size_t taken = least(sent, (size_t)(e->control_len - e->control_sent));
  e->control_sent = (uint8_t)(e->control_sent + taken);
  if (e->control_sent < e->control_len) return taken;
  e->control_sent = e->control_len = 0;
  if (e->close_state == WS_CLOSE_QUEUED && taken > 0) e->close_state = WS_CLOSE_SENT;
  return taken;
}

size_t ws_encode_commit(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  size_t left = sent;
  left -= commit_tail(e, left);
  left -= commit_head(e, left);
  left -= commit_control(e, left);
  /* The rest of the quad that holds the byte sent ahead has to go before that byte is reported. */
  if (e->tail_len > 0) return 0;
  if (plan->skipped > 0) e->ahead = 0;
  return plan->skipped + commit_body(e, plan, left);
}

/* A frame that is begun must be finished; then room can be made for another one, unless it is a
 * Close that waits. */
static bool queue_control(struct ws_encoder *e, uint8_t first, const uint8_t *payload, size_t len) {
  if (e->control_sent > 0) return false;
  e->control[0] = first;
  e->control[1] = (uint8_t)len;
  if (len > 0) memcpy(e->control + 2, payload, len);
  e->control_len = (uint8_t)(2 + len);
  return true;
}

static bool queue_ping_or_pong(struct ws_encoder *e, uint8_t first, const uint8_t *payload, size_t len) {
  if (is_hixie(e) || e->close_state != WS_CLOSE_NONE) return true;
  return queue_control(e, first, payload, least(len, WS_CONTROL_PAYLOAD_MAX));
}

bool ws_encoder_pong(struct ws_encoder *e, const uint8_t *payload, size_t len) {
  return queue_ping_or_pong(e, WS_FRAME_PONG, payload, len);
}

bool ws_encoder_ping(struct ws_encoder *e, const uint8_t *payload, size_t len) {
  return queue_ping_or_pong(e, WS_FRAME_PING, payload, len);
}

/* The orderly close of hixie-76. */
static void queue_hixie_close(struct ws_encoder *e) {
  e->control[0] = 0xff;
  e->control[1] = 0x00;
  e->control_len = 2;
}

bool ws_encoder_close(struct ws_encoder *e, uint16_t code) {
  if (e->close_state != WS_CLOSE_NONE) return true;
  uint8_t payload[CLOSE_CODE_BYTES];
  write_big_endian(payload, code, CLOSE_CODE_BYTES);
  if (is_hixie(e))
    queue_hixie_close(e);
  else if (!queue_control(e, WS_FRAME_CLOSE, payload, code ? CLOSE_CODE_BYTES : 0))
    return false;
  e->close_state = WS_CLOSE_QUEUED;
  return true;
}

bool ws_encoder_is_sound(const struct ws_encoder *e) {
  return e->dialect < WS_DIALECT_COUNT && e->encoding <= WS_ENCODING_BASE64 && e->close_state <= WS_CLOSE_SENT &&
         e->head_len <= sizeof e->head && e->head_sent <= e->head_len && e->tail_len <= sizeof e->tail &&
         e->carry_len <= sizeof e->carry && e->ahead <= 1 && e->control_len <= sizeof e->control &&
         e->control_sent <= e->control_len;
}

bool ws_encoder_idle(const struct ws_encoder *e) {
  return !ws_encoder_frame_open(e) && e->tail_len == 0 && e->control_len == 0;
}

bool ws_encoder_frame_open(const struct ws_encoder *e) {
  return e->owed > 0;
}

bool ws_encoder_has_pending(const struct ws_encoder *e) {
  return e->tail_len > 0 || (e->control_len > 0 && !ws_encoder_frame_open(e));
}

bool ws_encoder_close_sent(const struct ws_encoder *e) {
  return e->close_state == WS_CLOSE_SENT;
}
