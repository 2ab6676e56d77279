#define _GNU_SOURCE
#include "securing.h"

#include <string.h>

#include "../core/limits.h"
#include "opening.h"
#include "sides.h"
#include "tls/tls.h"

/* A signature takes up to a millisecond: however many hellos have come, bytes that flow do not wait longer than for so many. */
#define STEPS_A_ROUND 16

bool ws_securing_begin(struct ws_loop *loop, struct ws_pair *pair) {
  if (loop->securing >= WS_TLS_HANDSHAKES_MAX) {
    return false;
  }
  pair->client.tls = ws_tls_accept(loop->identity, pair->client.fd, &loop->bench);
  if (pair->client.tls == NULL) {
    return false;
  }
  loop->securing++;
  return true;
}

bool ws_securing_may_step(struct ws_loop *loop, struct ws_pair *pair) {
  /* In the order of the list, so that none is overtaken without end. */
  bool may = loop->giving_turns && ++loop->securing_steps <= STEPS_A_ROUND;
  if (!may) {
    ws_loop_again(loop, pair);
  }
  return may;
}

bool ws_securing_is_under_way(const struct ws_pair *pair) {
  return pair->client.tls != NULL && !pair->from.secure;
}

void ws_securing_report_failure(struct ws_loop *loop, const struct ws_pair *pair, enum ws_pump_event_kind kind,
                                const char *reason) {
  struct ws_pump_event *event = ws_loop_report(loop, pair, kind);
  event->text = strdup(reason);
  event->reason = event->text;
}

bool ws_securing_step(struct ws_loop *loop, struct ws_pair *pair) {
  if (!ws_securing_is_under_way(pair)) {
    return true;
  }
  if (!ws_securing_may_step(loop, pair)) {
    return false;
  }
  if (pair->client.writable) {
    ws_side_flush(loop, &pair->client);
  }
  switch (ws_tls_handshake(pair->client.tls)) {
    case WS_TLS_DONE:
      pair->from.secure = true;
      loop->securing--;
      break;
    case WS_TLS_MORE:
      if (ws_tls_is_dry(pair->client.tls)) {
        ws_opening_wait(loop, pair);
      } else {
        ws_loop_again(loop, pair);
      }
      break;
    case WS_TLS_FAILED:
      ws_opening_give_up(loop, pair, ws_tls_reason(pair->client.tls));
      return false;
  }
  if (ws_side_waiting(&pair->client) > 0) {
    ws_loop_await_room(loop, &pair->client);
  }
  return pair->from.secure;
}
