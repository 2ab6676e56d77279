#define _GNU_SOURCE
#include "arrival.h"

#include <string.h>

#define HANDSHAKE_BEGINS "GET "
#define SSLV2_HELLO 0x80

/* Of what core calls incomplete. Flash's request is known by its first byte. The beginning of a method may become anything, and TCP is likelier than a request that is cut
 * there; but behind a whole method a request may come that a page has sent across origins, which the program must not get. */
static bool may_become_ours(const uint8_t *bytes, size_t len) {
  size_t begin = sizeof HANDSHAKE_BEGINS - 1;
  return bytes[0] == '<' || memchr(bytes, ' ', len) != NULL ||
         memcmp(bytes, HANDSHAKE_BEGINS, len < begin ? len : begin) == 0;
}

/* "GET key": a method of HTTP, but a line of another protocol. */
static bool is_line_of_http(const uint8_t *bytes, size_t len) {
  const uint8_t *end = memchr(bytes, '\n', len);
  return end != NULL && memmem(bytes, (size_t)(end - bytes), " HTTP/", 6) != NULL;
}

static enum ws_arrival refuse(enum ws_refusal refusal, struct ws_handshake *handshake) {
  ws_handshake_refuse(refusal, handshake);
  return WS_ARRIVAL_REFUSED;
}

static enum ws_arrival judge_incomplete(const uint8_t *bytes, size_t len, const struct ws_arrival_rules *rules) {
  if (rules->early && rules->also_tcp && len == 0) {
    return WS_ARRIVAL_SILENT;
  }
  if (rules->early && rules->also_tcp && !may_become_ours(bytes, len)) {
    return WS_ARRIVAL_NOT_HTTP;
  }
  return rules->early && (rules->tls || rules->web) ? WS_ARRIVAL_UNDECIDED : WS_ARRIVAL_INCOMPLETE;
}

/* Other protocols begin with these bytes, too; the hello of SSLv2 is in use with TLS of before 1.2 only. */
static enum ws_arrival judge_tls(uint8_t first, const struct ws_arrival_rules *rules) {
  if (rules->early && rules->tls && !(rules->also_tcp && first == SSLV2_HELLO)) {
    return WS_ARRIVAL_TLS;
  }
  return rules->early && rules->also_tcp ? WS_ARRIVAL_NOT_HTTP : WS_ARRIVAL_REFUSED;
}

static enum ws_arrival judge_refused(const uint8_t *bytes, size_t len, const struct ws_arrival_rules *rules,
                                     struct ws_handshake *handshake) {
  switch (handshake->refusal) {
    case WS_REFUSAL_FLASH:
      return WS_ARRIVAL_FLASH;
    case WS_REFUSAL_TLS:
      return judge_tls(bytes[0], rules);
    case WS_REFUSAL_NOT_HTTP:
      return rules->early && rules->also_tcp ? WS_ARRIVAL_NOT_HTTP : WS_ARRIVAL_REFUSED;
    case WS_REFUSAL_NOT_UPGRADE:
      if (rules->secure_only) {
        return refuse(WS_REFUSAL_SECURE_ONLY, handshake);
      }
      return rules->early && rules->web ? WS_ARRIVAL_HTTP : WS_ARRIVAL_REFUSED;
    case WS_REFUSAL_MALFORMED:
      return rules->early && rules->also_tcp && !is_line_of_http(bytes, len) ? WS_ARRIVAL_NOT_HTTP : WS_ARRIVAL_REFUSED;
    default:
      return WS_ARRIVAL_REFUSED;
  }
}

enum ws_arrival ws_arrival_judge(const uint8_t *bytes, size_t len, const struct ws_arrival_rules *rules,
                                 struct ws_handshake *handshake) {
  ws_handshake(bytes, len, &rules->policy, handshake);
  switch (handshake->verdict) {
    case WS_VERDICT_ACCEPT:
      return rules->secure_only ? refuse(WS_REFUSAL_SECURE_ONLY, handshake) : WS_ARRIVAL_WEBSOCKET;
    case WS_VERDICT_REFUSE:
      return judge_refused(bytes, len, rules, handshake);
    default:
      return judge_incomplete(bytes, len, rules);
  }
}

enum ws_course ws_arrival_course(enum ws_arrival arrival) {
  static const enum ws_course courses[] = {
#define X(name, course, token) WS_COURSE_##course,
      WS_ARRIVALS(X)
#undef X
  };
  return courses[arrival];
}

const char *ws_arrival_token(enum ws_arrival arrival) {
  static const char *const tokens[] = {
#define X(name, course, token) token,
      WS_ARRIVALS(X)
#undef X
  };
  return tokens[arrival];
}
