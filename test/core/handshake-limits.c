/* Requests as large as they may be, and one larger; answers to refusals that are decided elsewhere. */
#include <stdio.h>
#include <string.h>

#include "core/handshake.h"
#include "support.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define BEGIN                                                                  \
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"
#define BEGIN_FIELDS 5

static const struct ws_policy policy;
static char text[3 * WS_HEAD_BYTES_MAX];

static struct ws_handshake handshake(const void *request, size_t len) {
  struct ws_handshake h;
  ws_handshake(flush_copy(0, request, len), len, &policy, &h);
  return h;
}

/* A head of exactly `len` bytes. */
static void make_head(size_t len) {
  size_t begin = (size_t)snprintf(text, sizeof text, "%sX: ", BEGIN);
  memset(text + begin, 'x', len - begin - 4);
  memcpy(text + len - 4, "\r\n\r\n", 4);
}

static void bytes_of_a_head(void) {
  subject("a head of the greatest length");
  make_head(WS_HEAD_BYTES_MAX);
  struct ws_handshake h = handshake(text, WS_HEAD_BYTES_MAX);
  CHECK(h.verdict == WS_VERDICT_ACCEPT && h.consumed == WS_HEAD_BYTES_MAX);
  CHECK(handshake(text, WS_HEAD_BYTES_MAX - 1).verdict == WS_VERDICT_MORE);

  subject("a head that is one byte longer");
  make_head(WS_HEAD_BYTES_MAX + 1);
  h = handshake(text, WS_HEAD_BYTES_MAX + 1);
  CHECK(h.verdict == WS_VERDICT_REFUSE && h.refusal == WS_REFUSAL_TOO_LARGE);
  CHECK(handshake(text, WS_HEAD_BYTES_MAX).refusal == WS_REFUSAL_TOO_LARGE);
  CHECK(handshake(text, 2 * WS_HEAD_BYTES_MAX).refusal == WS_REFUSAL_TOO_LARGE);
}

static void fields_of_a_head(void) {
  for (size_t fields = WS_HEAD_FIELDS_MAX - 1; fields <= WS_HEAD_FIELDS_MAX + 1; fields++) {
    subject("%zu fields", fields);
    size_t len = (size_t)snprintf(text, sizeof text, "%s", BEGIN);
    for (size_t i = BEGIN_FIELDS; i < fields; i++)
      len += (size_t)sprintf(text + len, "X-%zu: y\r\n", i);
    len += (size_t)sprintf(text + len, "\r\n");
    struct ws_handshake h = handshake(text, len);
    CHECK((h.verdict == WS_VERDICT_ACCEPT) == (fields <= WS_HEAD_FIELDS_MAX));
    CHECK((h.refusal == WS_REFUSAL_TOO_LARGE) == (fields > WS_HEAD_FIELDS_MAX));
  }
}

static void hixie_at_the_limit(void) {
  subject("a hixie-76 head of the greatest length");
  size_t len = (size_t)snprintf(text, sizeof text,
                                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key1: 4 @1  46546xW%%0l 1 5\r\n"
                                "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nX: ");
  memset(text + len, 'x', WS_HEAD_BYTES_MAX - len - 4);
  memcpy(text + WS_HEAD_BYTES_MAX - 4, "\r\n\r\n^n:ds[4U", 12);
  struct ws_handshake h = handshake(text, WS_HEAD_BYTES_MAX + WS_KEY3_BYTES);
  CHECK(h.verdict == WS_VERDICT_ACCEPT && h.consumed == WS_HEAD_BYTES_MAX + WS_KEY3_BYTES);
  CHECK(handshake(text, WS_HEAD_BYTES_MAX + WS_KEY3_BYTES - 1).verdict == WS_VERDICT_MORE);
}

/* Whatever repeats for ever ends in a refusal. */
static void endless(const char *what, const char *begin, const char *more) {
  subject("%s without end", what);
  size_t len = (size_t)snprintf(text, sizeof text, "%s", begin);
  while (len < WS_HEAD_BYTES_MAX + WS_KEY3_BYTES)
    len += (size_t)sprintf(text + len, "%s", more);
  CHECK(handshake(text, WS_HEAD_BYTES_MAX + WS_KEY3_BYTES).verdict == WS_VERDICT_REFUSE);
}

static void every_refusal(void) {
  static const enum ws_refusal refusals[] = {
#define X(name, status, token, sentence, option) WS_REFUSAL_##name,
      WS_REFUSALS(X)
#undef X
  };
  for (size_t i = 1; i < sizeof refusals / sizeof *refusals; i++) {
    subject("the answer to %s", ws_refusal_token(refusals[i]));
    struct ws_handshake h;
    ws_handshake_refuse(refusals[i], &h);
    int status = ws_refusal_status(refusals[i]);
    CHECK(h.verdict == WS_VERDICT_REFUSE && h.refusal == refusals[i]);
    CHECK((h.answer_spans > 0) == (status > 0));
    if (status == 0) continue;
    char line[32];
    int len = snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    CHECK(memcmp(h.answer[0].data, line, (size_t)len) == 0);
    struct ws_span body = h.answer[h.answer_spans - 2];
    CHECK(same_bytes(body.data, body.len, ws_refusal_text(refusals[i]), strlen(ws_refusal_text(refusals[i]))));
  }
}

static void tables(void) {
  subject("values outside the tables");
  CHECK(strcmp(ws_error_token((enum ws_error)99), "unknown") == 0);
  CHECK(strcmp(ws_refusal_token((enum ws_refusal)99), "unknown") == 0);
  CHECK(ws_error_close_code((enum ws_error)99) == 0);
  CHECK(ws_error_close_code(WS_ERROR_BASE64) == 1007 && ws_error_close_code(WS_ERROR_MASK) == 1002);
  CHECK(strcmp(ws_refusal_option(WS_REFUSAL_ORIGIN), "--allow-origin") == 0);
  for (unsigned i = 0; i < WS_DIALECT_COUNT; i++) {
    enum ws_dialect dialect;
    const char *name = ws_dialect_name((enum ws_dialect)i);
    subject("the dialect %s", name);
    CHECK(ws_dialect_from_name(name, strlen(name), &dialect) && dialect == (enum ws_dialect)i);
    CHECK(!ws_dialect_from_name(name, strlen(name) - 1, &dialect));
  }
}

int main(void) {
  bytes_of_a_head();
  fields_of_a_head();
  hixie_at_the_limit();
  endless("a target", "GET /", "x");
  endless("a field", "GET / HTTP/1.1\r\nX: ", "x");
  endless("short fields", "GET / HTTP/1.1\r\n", "X:\r\n");
  endless("a method", "G", "E");
  every_refusal();
  tables();
  return finish();
}
