/* A timer is set for the first moment at which something can be due, and not moved when bytes come: when it goes off, what
 * has happened since is looked at, and it is set anew. */
#include "watching.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "connecting.h"
#include "ending.h"
#include "moving.h"
#include "opening.h"
#include "pairs.h"
#include "sending.h"
#include "sides.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_GOING_AWAY 1001

static int64_t sooner(int64_t a_ms, int64_t b_ms) {
  return a_ms < b_ms ? a_ms : b_ms;
}

/* Whoever answers HTTP has limits of his own. */
static bool has_idle_timeout(const struct ws_loop *loop, const struct ws_pair *pair) {
  return loop->pump->options.idle_timeout_ms > 0 && pair->phase == WS_PAIR_OPEN;
}

/* Hixie has no Ping. */
static bool has_heartbeat(const struct ws_loop *loop, const struct ws_pair *pair) {
  return loop->pump->options.heartbeat_ms > 0 && pair->phase == WS_PAIR_OPEN &&
         !ws_dialect_is_hixie((enum ws_dialect)pair->decoder.dialect);
}

/* When the next Ping, or the end for want of an answer, is due. */
static int64_t heartbeat_due(const struct ws_loop *loop, const struct ws_pair *pair) {
  const struct ws_pump_options *options = &loop->pump->options;
  if (pair->pinged_ms == 0) {
    return pair->heard_ms + options->heartbeat_ms;
  }
  return pair->pinged_ms + (options->pong_timeout_ms > 0 ? options->pong_timeout_ms : options->heartbeat_ms);
}

static void set_timer(struct ws_loop *loop, struct ws_pair *pair) {
  int64_t due = INT64_MAX;
  if (ws_ending_deadline(pair) > 0) {
    due = ws_ending_deadline(pair);
  } else {
    if (has_idle_timeout(loop, pair)) {
      due = pair->payload_ms + loop->pump->options.idle_timeout_ms;
    }
    if (has_heartbeat(loop, pair)) {
      /* An answer to the Ping makes the next one due earlier than the end of waiting for it. */
      due = sooner(due, sooner(heartbeat_due(loop, pair), loop->now_ms + loop->pump->options.heartbeat_ms));
    }
  }
  if (due != INT64_MAX) {
    ws_loop_set_timer(loop, pair, due);
  } else {
    ws_timers_remove(&loop->timers, pair);
  }
}

void ws_watching_begin(struct ws_loop *loop, struct ws_pair *pair) {
  pair->heard_ms = loop->now_ms;
  set_timer(loop, pair);
}

/* Bytes may lie unread because the target is slow. */
static bool has_sent_something(const struct ws_pair *pair) {
  int unread = 0;
  return ioctl(pair->client.fd, FIONREAD, &unread) == 0 && unread > 0;
}

/* How much of what was sent has arrived. */
static uint64_t acknowledged(const struct ws_pair *pair) {
  int queued = 0;
  ioctl(pair->client.fd, SIOCOUTQ, &queued);
  return pair->wire_out > (uint64_t)queued ? pair->wire_out - (uint64_t)queued : 0;
}

/* A slow client has much to read before it comes to the Ping: as long as it takes some of that, it is there. */
static bool takes_what_is_before_the_ping(struct ws_pair *pair) {
  uint64_t before = pair->acknowledged;
  pair->acknowledged = acknowledged(pair);
  return before < pair->ping_end && pair->acknowledged > before;
}

/* What is to be sent before anything new. */
static size_t unsent(const struct ws_pair *pair) {
  return pair->client.kept.len + ws_side_waiting(&pair->client);
}

static void ping(struct ws_loop *loop, struct ws_pair *pair) {
  bool all_read = acknowledged(pair) == pair->wire_out && unsent(pair) == 0;
  pair->pinged_ms = loop->now_ms;
  ws_send_ping(loop, pair);
  pair->ping_end = pair->wire_out + unsent(pair);
  pair->acknowledged = all_read ? pair->ping_end : acknowledged(pair);
}

static void beat(struct ws_loop *loop, struct ws_pair *pair) {
  if (has_sent_something(pair)) {
    pair->heard_ms = loop->now_ms;
    pair->pinged_ms = 0;
  } else if (pair->pinged_ms == 0 || loop->pump->options.pong_timeout_ms == 0) {
    ping(loop, pair);
  } else if (takes_what_is_before_the_ping(pair)) {
    pair->pinged_ms = loop->now_ms;
  } else {
    ws_ending_close(loop, pair, WS_PUMP_CAUSE_HEARTBEAT, CLOSE_GOING_AWAY);
  }
}

static void look_at_open(struct ws_loop *loop, struct ws_pair *pair) {
  int64_t end = ws_ending_deadline(pair);
  int64_t idle = loop->pump->options.idle_timeout_ms;
  if (end > 0 && end <= loop->now_ms && !ws_ending_goes_on(loop, pair)) {
    ws_ending_finish(loop, pair);
    return;
  }
  if (end == 0) {
    if (has_idle_timeout(loop, pair) && pair->payload_ms + idle <= loop->now_ms) {
      ws_ending_close(loop, pair, WS_PUMP_CAUSE_IDLE, CLOSE_GOING_AWAY);
    } else if (has_heartbeat(loop, pair) && heartbeat_due(loop, pair) <= loop->now_ms) {
      beat(loop, pair);
    }
  }
  if (ws_ending_settle(loop, pair)) {
    set_timer(loop, pair);
  }
}

void ws_watching_late(struct ws_loop *loop, struct ws_pair *pair) {
  switch (pair->phase) {
    case WS_PAIR_OPENING:
    case WS_PAIR_WAITING:
      ws_opening_refuse(loop, pair, WS_REFUSAL_TIMEOUT);
      break;
    case WS_PAIR_CONNECTING:
      ws_connecting_late(loop, pair);
      break;
    case WS_PAIR_OPEN:
    case WS_PAIR_PASSING:
      look_at_open(loop, pair);
      break;
    case WS_PAIR_LINGERING:
      ws_pairs_remove(loop, pair);
      break;
    case WS_PAIR_OVER:
      break;
  }
}
