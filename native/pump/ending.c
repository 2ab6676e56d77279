#define _GNU_SOURCE
#include "ending.h"

#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../core/limits.h"
#include "lingering.h"
#include "pairs.h"
#include "sending.h"
#include "sides.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_NORMAL 1000
#define CLOSE_WITHOUT_CODE 1005
#define CLOSE_UNEXPECTED 1011

/* Reads that a turn spends on what nobody wants. */
#define DISCARDS_A_TURN 4

static void begin(struct ws_loop *loop, struct ws_pair *pair, enum ws_pump_cause cause) {
  if (pair->cause == WS_PUMP_CAUSE_NONE) {
    pair->cause = cause;
  }
  if (pair->deadline_ms == 0) {
    pair->deadline_ms = loop->now_ms + WS_ENDING_PATIENCE_MS;
    ws_loop_set_timer(loop, pair, pair->deadline_ms);
  }
}

int64_t ws_ending_deadline(const struct ws_pair *pair) {
  int64_t moved_ms = pair->payload_ms + WS_ENDING_PATIENCE_MS;
  return pair->deadline_ms == 0 || pair->deadline_ms > moved_ms ? pair->deadline_ms : moved_ms;
}

/* What that side has still to take: here, and in the kernel. */
static uint64_t queued(const struct ws_side *side) {
  int in_kernel = 0;
  if (side->fd >= 0) {
    ioctl(side->fd, SIOCOUTQ, &in_kernel);
  }
  return side->kept.len + ws_side_waiting(side) + (uint64_t)in_kernel;
}

bool ws_ending_goes_on(struct ws_loop *loop, struct ws_pair *pair) {
  uint64_t left = queued(&pair->client) + queued(&pair->target);
  if (left == 0 || left == pair->queued) {
    return false;
  }
  pair->queued = left;
  pair->deadline_ms = loop->now_ms + WS_ENDING_PATIENCE_MS;
  return true;
}

static void end_in(struct ws_pair *pair) {
  if (pair->in == WS_FLOW_GOING) {
    pair->in = WS_FLOW_ENDING;
  }
}

static void end_out(struct ws_pair *pair, uint16_t code) {
  if (pair->out == WS_FLOW_GOING) {
    pair->out = WS_FLOW_ENDING;
    pair->due_code = code;
    pair->close_code = code;
  }
}

static void cut_in(struct ws_pair *pair) {
  pair->in = WS_FLOW_ENDED;
  ws_unsent_free(&pair->target.kept);
}

static void cut_out(struct ws_pair *pair) {
  pair->out = WS_FLOW_ENDED;
  ws_unsent_free(&pair->client.kept);
}

void ws_ending_closed_by_client(struct ws_loop *loop, struct ws_pair *pair) {
  bool is_first = pair->out == WS_FLOW_GOING;
  begin(loop, pair, WS_PUMP_CAUSE_CLIENT);
  end_in(pair);
  end_out(pair, pair->decoder.close_code);
  if (is_first && pair->close_code == 0) {
    pair->close_code = CLOSE_WITHOUT_CODE;
  }
}

void ws_ending_error(struct ws_loop *loop, struct ws_pair *pair) {
  begin(loop, pair, WS_PUMP_CAUSE_ERROR);
  end_in(pair);
  end_out(pair, ws_error_close_code((enum ws_error)pair->decoder.error));
}

void ws_ending_client_left(struct ws_loop *loop, struct ws_pair *pair) {
  begin(loop, pair, WS_PUMP_CAUSE_CLIENT);
  pair->client.ended = true;
  end_in(pair);
}

void ws_ending_client_broke(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->cause == WS_PUMP_CAUSE_NONE) {
    pair->reset_target = true;
    cut_in(pair);
  }
  begin(loop, pair, WS_PUMP_CAUSE_LOST);
  pair->client.ended = true;
  end_in(pair);
  cut_out(pair);
}

void ws_ending_client_deaf(struct ws_loop *loop, struct ws_pair *pair, int error) {
  struct ws_side *client = &pair->client;
  begin(loop, pair, WS_PUMP_CAUSE_NONE);
  cut_out(pair);
  client->readable = true;
  client->hung_up = true;
  client->writable = false;
  client->broken = error == ECONNRESET;
}

void ws_ending_target_left(struct ws_loop *loop, struct ws_pair *pair) {
  begin(loop, pair, WS_PUMP_CAUSE_TARGET);
  pair->target.ended = true;
  end_out(pair, CLOSE_NORMAL);
}

void ws_ending_target_broke(struct ws_loop *loop, struct ws_pair *pair) {
  begin(loop, pair, WS_PUMP_CAUSE_LOST);
  pair->target.ended = true;
  cut_in(pair);
  end_out(pair, CLOSE_UNEXPECTED);
}

void ws_ending_target_deaf(struct ws_loop *loop, struct ws_pair *pair, int error) {
  struct ws_side *target = &pair->target;
  begin(loop, pair, WS_PUMP_CAUSE_NONE);
  cut_in(pair);
  target->readable = true;
  target->hung_up = true;
  target->broken = error == ECONNRESET;
}

void ws_ending_close(struct ws_loop *loop, struct ws_pair *pair, enum ws_pump_cause cause, uint16_t code) {
  begin(loop, pair, cause);
  end_out(pair, code);
}

static void discard(struct ws_loop *loop, struct ws_pair *pair, struct ws_side *side) {
  for (int i = 0; i < DISCARDS_A_TURN && side->readable; i++) {
    ssize_t len = ws_side_recv(loop, side, loop->buffer, loop->buffer_len);
    if (len == 0 || (len < 0 && errno != EAGAIN)) {
      side->ended = true;
    }
  }
  if (side->readable) {
    ws_loop_again(loop, pair);
  }
}

/* Closing it so sends a reset. */
static void make_reset(struct ws_side *side) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(side->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  side->shared = false; /* an orderly end would come first */
}

static void settle_in(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->in == WS_FLOW_ENDING && pair->target.kept.len == 0 && ws_send_end_to_target(loop, pair)) {
    pair->in = WS_FLOW_ENDED;
    shutdown(pair->target.fd, SHUT_WR);
  }
  if (pair->in != WS_FLOW_GOING && !pair->client.ended) {
    discard(loop, pair, &pair->client);
  }
  if (pair->reset_target && pair->target.fd >= 0) {
    make_reset(&pair->target);
    pair->target.ended = true;
  }
}

static void settle_out(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->out == WS_FLOW_ENDING && pair->client.kept.len == 0 && ws_send_close(loop, pair, pair->due_code)) {
    pair->out = WS_FLOW_ENDED;
    shutdown(pair->client.fd, SHUT_WR);
  }
  if (pair->out != WS_FLOW_GOING && !pair->target.ended) {
    discard(loop, pair, &pair->target);
  }
}

/* After its Close a client sends nothing more, and it is the server who closes the connection (RFC 6455 section 7.1.1). */
static bool client_is_done(const struct ws_pair *pair) {
  bool closed = ws_decoder_ended(&pair->decoder) && pair->decoder.error == WS_ERROR_NONE;
  return pair->client.ended || closed;
}

/* Through TLS a client announces its end after having read ours (RFC 8446 section 6.1). */
static bool sends_once_more(const struct ws_pair *pair) {
  return pair->client.tls != NULL && !pair->client.ended;
}

/* Of HTTP whoever answers it knows. */
static void report(struct ws_loop *loop, const struct ws_pair *pair) {
  if (pair->phase != WS_PAIR_OPEN) {
    return;
  }
  struct ws_pump_event *event = ws_loop_report(loop, pair, WS_PUMP_ENDED);
  event->cause = pair->cause;
  event->error = (enum ws_error)pair->decoder.error;
  event->close_code = pair->close_code;
  event->bytes_in = pair->bytes_in;
  event->bytes_out = pair->bytes_out;
  event->unrecorded = pair->unrecorded;
  event->ms = loop->now_ms - pair->accepted_ms;
}

bool ws_ending_settle(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->in == WS_FLOW_GOING && pair->out == WS_FLOW_GOING) {
    return true;
  }
  settle_in(loop, pair);
  settle_out(loop, pair);
  if (pair->in == WS_FLOW_ENDED && pair->target.ended) {
    ws_loop_close_side(loop, &pair->target);
  }
  bool client_is_over = pair->out == WS_FLOW_ENDED && client_is_done(pair);
  if (client_is_over && !sends_once_more(pair)) {
    ws_loop_close_side(loop, &pair->client);
  }
  if (!client_is_over || pair->target.fd >= 0) {
    return true;
  }
  if (pair->client.fd < 0) {
    ws_ending_finish(loop, pair);
  } else {
    report(loop, pair);
    ws_lingering_begin(loop, pair);
  }
  return false;
}

void ws_ending_finish(struct ws_loop *loop, struct ws_pair *pair) {
  report(loop, pair);
  ws_pairs_remove(loop, pair);
}
