/* What becomes of a connection that a wrapped listener has accepted: decided in one place, by its first bytes. */
#ifndef WS_PRELOAD_ARRIVAL_H
#define WS_PRELOAD_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/handshake.h"

enum ws_course {
  WS_COURSE_WAIT,      /* for more bytes */
  WS_COURSE_IN_PLACE,  /* the program gets it, and the library does the framing */
  WS_COURSE_ANSWER,    /* the library answers and closes it */
  WS_COURSE_HAND_OVER, /* to the relay */
  WS_COURSE_PASS,      /* the program gets it as it is */
  WS_COURSE_REFUSE
};

/* X(name, course, token for the log). */
#define WS_ARRIVALS(X)                  \
  X(INCOMPLETE, WAIT, "incomplete")     \
  X(WEBSOCKET, IN_PLACE, "websocket")   \
  X(FLASH, ANSWER, "flash-policy")      \
  X(TLS, HAND_OVER, "tls")              \
  X(HTTP, HAND_OVER, "http")            \
  X(UNDECIDED, HAND_OVER, "incomplete") \
  X(NOT_HTTP, PASS, "not-http")         \
  X(SILENT, PASS, "silent")             \
  X(REFUSED, REFUSE, "refused")

enum ws_arrival {
#define X(name, course, token) WS_ARRIVAL_##name,
  WS_ARRIVALS(X)
#undef X
};

/* How the library may deal with a connection. */
struct ws_arrival_rules {
  struct ws_policy policy;
  bool tls;         /* there is a certificate */
  bool web;         /* plain HTTP is served */
  bool also_tcp;    /* plain TCP is welcome */
  bool secure_only; /* WebSocket and HTTP only over TLS */
  bool early;       /* the program has not got it yet: it can still go elsewhere */
};

/* Judges the first bytes, of which there may be none. *handshake has the verdict of core, with the refusal and its answer when
 * the course is to refuse; its views point into the bytes. Pure. */
enum ws_arrival ws_arrival_judge(const uint8_t *bytes, size_t len, const struct ws_arrival_rules *rules,
                                 struct ws_handshake *handshake);

enum ws_course ws_arrival_course(enum ws_arrival arrival);
/* Static storage. */
const char *ws_arrival_token(enum ws_arrival arrival);

#endif
