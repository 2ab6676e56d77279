/* Each handshake whole, and every prefix of it: a verdict that a prefix gives is the verdict of the whole. */
#include <string.h>

#include "core/handshake.h"
#include "support.h"

static ws_dialects dialects_of(const char *names) {
  ws_dialects set = 0;
  while (names && *names) {
    size_t len = strcspn(names, ",");
    enum ws_dialect dialect;
    CHECK(ws_dialect_from_name(names, len, &dialect));
    set |= WS_DIALECT_BIT(dialect);
    names += len + (names[len] == ',');
  }
  return set;
}

static struct ws_policy policy_of(const struct vector *vector) {
  return (struct ws_policy){
      .subprotocols = vector_string(vector, "subprotocols"),
      .allow_origins = vector_string(vector, "allowOrigins"),
      .allow_hosts = vector_string(vector, "allowHosts"),
      .dialects = dialects_of(vector_string(vector, "dialects")),
      .loopback = vector_is(vector, "loopback", "yes"),
      .secure = vector_is(vector, "secure", "yes"),
  };
}

static void check_answer(const struct vector *vector, const struct ws_handshake *h) {
  struct bytes expected = vector_text(vector, "answer");
  uint8_t answer[65536];
  size_t len = 0;
  for (size_t i = 0; i < h->answer_spans; i++) {
    CHECK(h->answer[i].len > 0);
    memcpy(answer + len, h->answer[i].data, h->answer[i].len);
    len += h->answer[i].len;
  }
  CHECK(len == ws_handshake_answer_len(h));
  CHECK(same_bytes(answer, len, expected.data, expected.len));
}

static void check_accepted(const struct vector *vector, const struct ws_handshake *h) {
  struct bytes subprotocol = vector_text(vector, "subprotocol");
  CHECK(h->verdict == WS_VERDICT_ACCEPT);
  CHECK(h->refusal == WS_REFUSAL_NONE);
  CHECK(h->consumed == (size_t)vector_number(vector, "consumed"));
  CHECK(vector_is(vector, "dialect", ws_dialect_name(h->dialect)));
  CHECK(vector_is(vector, "encoding", h->encoding == WS_ENCODING_BASE64 ? "base64" : "binary"));
  CHECK(same_bytes(h->subprotocol.data, h->subprotocol.len, subprotocol.data, subprotocol.len));
  check_answer(vector, h);
}

static void check_refused(const struct vector *vector, const struct ws_handshake *h) {
  CHECK(h->verdict == WS_VERDICT_REFUSE);
  CHECK(vector_is(vector, "refusal", ws_refusal_token(h->refusal)));
  CHECK(ws_refusal_status(h->refusal) == vector_number(vector, "status"));
  check_answer(vector, h);
}

/* The answer is not compared in the prefixes: a HEAD request is one only as soon as its method is there. */
static void check_prefixes(struct bytes request, const struct ws_policy *policy, const struct ws_handshake *whole) {
  for (size_t len = 0; len < request.len; len++) {
    struct ws_handshake h;
    ws_handshake(flush_copy(0, request.data, len), len, policy, &h);
    if (h.verdict == WS_VERDICT_MORE) continue;
    CHECK(h.verdict == whole->verdict);
    CHECK(h.refusal == whole->refusal);
    CHECK(h.consumed == whole->consumed);
    CHECK(h.consumed <= len);
  }
}

static void run(const struct vector *vector) {
  struct bytes request = vector_text(vector, "request");
  struct ws_policy policy = policy_of(vector);
  struct ws_handshake h;
  memset(&h, 0xa5, sizeof h);
  ws_handshake(flush_copy(0, request.data, request.len), request.len, &policy, &h);
  if (vector_is(vector, "verdict", "accept"))
    check_accepted(vector, &h);
  else if (vector_is(vector, "verdict", "refuse"))
    check_refused(vector, &h);
  else
    CHECK(h.verdict == WS_VERDICT_MORE && h.consumed == 0 && h.answer_spans == 0);
  check_prefixes(request, &policy, &h);
}

int main(void) {
  for_each_vector("handshake.json", run);
  return finish();
}
