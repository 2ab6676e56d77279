/* The handshake. The first byte chooses a policy, the second where the input is cut.
 * - A verdict other than "more" on a part of the input is the verdict on the whole, with the same reason.
 * - With as many bytes as may be needed the verdict is never "more".
 * - What is consumed is there; answers are made of bytes that can be read; a refusal without status has none. */
#include <stdlib.h>
#include <string.h>

#include "core/handshake.h"
#include "fuzz.h"

#define FULL (WS_HEAD_BYTES_MAX + WS_KEY3_BYTES)

static struct ws_policy policy_of(uint8_t choice) {
  return (struct ws_policy){
      .subprotocols = choice & 1 ? "mqtt, base64" : NULL,
      .allow_origins = choice & 2   ? "http://a.example:8080, b.example, null"
                       : choice & 4 ? "*"
                                    : "",
      .allow_hosts = choice & 8 ? "a.example:80,*" : NULL,
      .dialects = choice & 16 ? WS_DIALECT_BIT(WS_DIALECT_HIXIE76) | WS_DIALECT_BIT(WS_DIALECT_RFC6455) : 0,
      .loopback = (choice & 32) != 0,
      .secure = (choice & 64) != 0,
  };
}

static struct ws_handshake check(const uint8_t *data, size_t size, const struct ws_policy *policy) {
  uint8_t *in = malloc(size + 1);
  uint8_t *exact = size > 0 ? realloc(in, size) : in;
  if (size > 0) memcpy(exact, data, size);
  struct ws_handshake h;
  ws_handshake(exact, size, policy, &h);
  HOLDS(h.consumed <= size);
  HOLDS(h.answer_spans <= WS_ANSWER_SPANS_MAX);
  HOLDS(h.verdict != WS_VERDICT_MORE || (h.answer_spans == 0 && h.consumed == 0));
  HOLDS(h.verdict != WS_VERDICT_ACCEPT || (h.answer_spans > 0 && h.consumed > 0 && h.refusal == WS_REFUSAL_NONE));
  bool answered = ws_refusal_status(h.refusal) > 0 || h.refusal == WS_REFUSAL_FLASH;
  HOLDS(h.verdict != WS_VERDICT_REFUSE || (h.answer_spans > 0) == answered);
  unsigned sum = 0;
  for (size_t i = 0; i < h.answer_spans; i++) {
    HOLDS(h.answer[i].len > 0);
    for (size_t k = 0; k < h.answer[i].len; k++)
      sum += ((const uint8_t *)h.answer[i].data)[k];
  }
  HOLDS(h.answer_spans == 0 || sum > 0);
  free(exact);
  return h;
}

static void never_more(const uint8_t *data, size_t size, const struct ws_policy *policy) {
  static uint8_t full[FULL];
  memset(full, 'x', sizeof full);
  if (size > 0) memcpy(full, data, size < FULL ? size : FULL);
  HOLDS(check(full, FULL, policy).verdict != WS_VERDICT_MORE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  struct ws_policy policy = policy_of(data[0]);
  uint32_t state = data[1];
  data += 2;
  size -= 2;
  struct ws_handshake whole = check(data, size, &policy);
  for (int i = 0; i < 4; i++) {
    struct ws_handshake part = check(data, fuzz_next(&state) % (size + 1), &policy);
    if (part.verdict == WS_VERDICT_MORE) continue;
    HOLDS(part.verdict == whole.verdict && part.refusal == whole.refusal);
    HOLDS(part.consumed == whole.consumed && part.dialect == whole.dialect);
  }
  never_more(data, size, &policy);
  return 0;
}
