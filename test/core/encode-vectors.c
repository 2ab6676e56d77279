/* Each vector sent whole, where the bytes must be exactly those of the vector; and with a kernel that takes 1, 2, 3...
 * bytes at a time, where the client must get the same out of them. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "core/encoder.h"
#include "support.h"

#define WIRE_MAX 8192

struct stream {
  struct ws_encoder e;
  uint8_t wire[WIRE_MAX];
  size_t wire_len;
  size_t kernel; /* bytes taken at a time */
};

static size_t send_plan(struct stream *stream, const struct ws_plan *plan) {
  size_t sent = 0;
  for (size_t i = 0; i < plan->span_count; i++) {
    size_t room = stream->kernel - sent;
    size_t len = plan->spans[i].len < room ? plan->spans[i].len : room;
    CHECK(plan->spans[i].len > 0);
    memcpy(stream->wire + stream->wire_len, plan->spans[i].data, len);
    stream->wire_len += len;
    sent += len;
  }
  CHECK(sent <= plan->wire_len);
  return ws_encode_commit(&stream->e, plan, sent);
}

/* Until all of it is reported and nothing is pending. */
static void send_all(struct stream *stream, const uint8_t *data, size_t len) {
  size_t done = 0;
  for (int rounds = 0; done < len || ws_encoder_has_pending(&stream->e); rounds++) {
    struct ws_span span = {data + done, len - done};
    uint8_t scratch[512];
    struct ws_plan plan;
    ws_encode_plan(&stream->e, &span, 1, scratch, sizeof scratch, &plan);
    size_t reported = send_plan(stream, &plan);
    CHECK(reported <= plan.payload && plan.payload <= len - done);
    done += reported;
    bool progress = rounds < 1000;
    CHECK(progress);
    if (!progress) return;
  }
}

static struct bytes unhex(const char *text, size_t len, uint8_t *out) {
  for (size_t i = 0; i < len / 2; i++) {
    char digits[3] = {text[2 * i], text[2 * i + 1], 0};
    out[i] = (uint8_t)strtoul(digits, NULL, 16);
  }
  return (struct bytes){out, len / 2};
}

static void step(struct stream *stream, const char *name, const char *value, size_t value_len) {
  uint8_t room[1024];
  struct bytes data = unhex(value, value_len, room);
  bool queued = true;
  if (memcmp(name, "data:", 5) == 0) {
    send_all(stream, data.data, data.len);
    return;
  }
  if (memcmp(name, "pong:", 5) == 0)
    queued = ws_encoder_pong(&stream->e, data.data, data.len);
  else if (memcmp(name, "ping:", 5) == 0)
    queued = ws_encoder_ping(&stream->e, data.data, data.len);
  else
    queued = ws_encoder_close(&stream->e, (uint16_t)strtoul(value, NULL, 10));
  CHECK(queued);
  send_all(stream, NULL, 0);
}

static void run_steps(struct stream *stream, const char *steps) {
  while (*steps) {
    const char *value = strchr(steps, ':') + 1;
    size_t len = strcspn(value, " ");
    step(stream, steps, value, len);
    steps = value + len + (value[len] == ' ');
  }
  CHECK(ws_encoder_idle(&stream->e));
}

static struct client read_as_client(const struct ws_encoder *e, const uint8_t *wire, size_t len, uint8_t *payload) {
  struct client client = {.hixie = ws_dialect_is_hixie((enum ws_dialect)e->dialect), .payload = payload};
  client.base64 = e->encoding == WS_ENCODING_BASE64;
  CHECK(client_read(&client, wire, len) == (long)len);
  return client;
}

static void run(const struct vector *vector) {
  struct bytes name = vector_text(vector, "dialect"), wire = vector_hex(vector, "wire");
  enum ws_dialect dialect = WS_DIALECT_RFC6455;
  CHECK(ws_dialect_from_name((const char *)name.data, name.len, &dialect));
  bool base64 = vector_is(vector, "encoding", "base64");
  const char *steps = vector_string(vector, "steps");
  static uint8_t expected_payload[WIRE_MAX], payload[WIRE_MAX];
  for (size_t kernel = WIRE_MAX; kernel > 0; kernel = kernel == WIRE_MAX ? 80 : kernel - 1) {
    struct stream stream = {.kernel = kernel};
    ws_encoder_init(&stream.e, dialect, base64 ? WS_ENCODING_BASE64 : WS_ENCODING_BINARY);
    run_steps(&stream, steps);
    /* A Hixie frame that is cut short is ended; a counted one is always filled up. */
    if (kernel == WIRE_MAX || !ws_dialect_is_hixie(dialect))
      CHECK(same_bytes(stream.wire, stream.wire_len, wire.data, wire.len));
    struct client expected = read_as_client(&stream.e, wire.data, wire.len, expected_payload);
    struct client client = read_as_client(&stream.e, stream.wire, stream.wire_len, payload);
    CHECK(same_bytes(payload, client.payload_len, expected_payload, expected.payload_len));
    CHECK(strcmp(client.controls, expected.controls) == 0);
  }
}

int main(void) {
  for_each_vector("encode.json", run);
  return finish();
}
