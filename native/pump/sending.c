#define _GNU_SOURCE
#include "sending.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ending.h"
#include "sides.h"

void ws_close_descriptor(int *fd) {
  if (*fd >= 0) {
    close(*fd);
    *fd = -1;
  }
}

/* How much the target takes. */
static size_t push_to_target(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  struct ws_span span = {payload, len};
  ssize_t sent = ws_side_send(loop, &pair->target, &span, 1);
  if (sent < 0 && errno != EAGAIN) {
    ws_ending_target_deaf(loop, pair, errno);
    return len;
  }
  return sent > 0 ? (size_t)sent : 0;
}

void ws_send_to_target(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  if (pair->in == WS_FLOW_ENDED) {
    return;
  }
  size_t taken = 0;
  if (pair->target.kept.len == 0 && pair->target.writable) {
    taken = push_to_target(loop, pair, payload, len);
  }
  if (taken < len && !ws_unsent_add(&pair->target.kept, payload + taken, len - taken)) {
    ws_ending_target_broke(loop, pair);
  }
}

/* What waits in the TLS layer. True when nothing does any more. */
static bool flush_target(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *target = &pair->target;
  size_t before = ws_side_waiting(target);
  bool flushed = ws_side_flush(loop, target);
  if (!flushed && errno != EAGAIN) {
    ws_ending_target_deaf(loop, pair, errno);
  }
  if (ws_side_waiting(target) < before) {
    pair->payload_ms = loop->now_ms;
  }
  return flushed;
}

bool ws_send_kept_to_target(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *target = &pair->target;
  if (pair->in == WS_FLOW_ENDED || !target->writable || !flush_target(loop, pair)) {
    return false;
  }
  if (target->kept.len > 0) {
    size_t taken = push_to_target(loop, pair, target->kept.first, target->kept.len);
    if (taken > 0 && target->kept.len > 0) {
      ws_unsent_drop(&target->kept, taken);
      pair->payload_ms = loop->now_ms;
    }
  }
  return !ws_sending_waits(target);
}

bool ws_sending_waits(const struct ws_side *side) {
  return side->kept.len > 0 || ws_side_waiting(side) > 0;
}

bool ws_send_end_to_target(struct ws_loop *loop, struct ws_pair *pair) {
  bool announced = ws_side_announce_end(loop, &pair->target);
  return pair->in == WS_FLOW_ENDED ||
         (announced && (ws_side_waiting(&pair->target) == 0 || ws_send_kept_to_target(loop, pair)));
}

/* A Pong that could not be queued because another control frame was half sent. */
static void queue_late_pong(struct ws_pair *pair) {
  if (pair->pong_waits && ws_encoder_pong(&pair->encoder, pair->pong, pair->pong_len)) {
    pair->pong_waits = false;
  }
}

static void count_wire(struct ws_pair *pair, ssize_t sent) {
  if (pair->client.tls != NULL) {
    pair->wire_out = ws_tls_sent(pair->client.tls);
  } else if (sent > 0) {
    pair->wire_out += (uint64_t)sent;
  }
}

/* -1: the client takes no more, or nothing ever. */
static ssize_t send_spans(struct ws_loop *loop, struct ws_pair *pair, const struct ws_span *spans, size_t count) {
  ssize_t sent = ws_side_send(loop, &pair->client, spans, count);
  if (sent < 0 && errno != EAGAIN) {
    ws_ending_client_deaf(loop, pair, errno);
  }
  count_wire(pair, sent);
  return sent;
}

/* As they are, when there are no frames. Returned is how much the client takes. */
static size_t push_as_it_is(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *bytes, size_t len) {
  struct ws_span span = {bytes, len};
  ssize_t sent = len > 0 && pair->client.writable ? send_spans(loop, pair, &span, 1) : 0;
  return sent > 0 ? (size_t)sent : 0;
}

/* Sends control frames that wait, and as much of the payload as the client takes: returned is how much that is. */
static size_t push_to_client(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  if (pair->phase == WS_PAIR_PASSING) {
    return push_as_it_is(loop, pair, payload, len);
  }
  size_t taken = 0;
  while (pair->client.writable) {
    struct ws_span span = {payload + taken, len - taken};
    struct ws_plan plan;
    queue_late_pong(pair);
    ws_encode_plan(&pair->encoder, &span, 1, loop->scratch, loop->scratch_len, &plan);
    if (plan.span_count == 0 && plan.payload == 0) {
      break;
    }
    ssize_t sent = plan.span_count > 0 ? send_spans(loop, pair, plan.spans, plan.span_count) : 0;
    if (sent < 0) {
      break;
    }
    size_t done = ws_encode_commit(&pair->encoder, &plan, (size_t)sent);
    taken += done;
    pair->bytes_out += done;
    ws_count(&loop->pump->bytes_out, done);
    if (taken == len && !ws_encoder_has_pending(&pair->encoder) && !pair->pong_waits) {
      break;
    }
  }
  return taken;
}

void ws_send_to_client(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  size_t taken = push_to_client(loop, pair, payload, len);
  if (taken < len && pair->out != WS_FLOW_ENDED && !ws_unsent_add(&pair->client.kept, payload + taken, len - taken)) {
    ws_ending_client_broke(loop, pair);
  }
}

static bool control_waits(const struct ws_pair *pair) {
  return pair->pong_waits || ws_encoder_has_pending(&pair->encoder);
}

/* What waits in the TLS layer. True when nothing does any more. */
static bool flush_client(struct ws_loop *loop, struct ws_pair *pair) {
  if (ws_side_waiting(&pair->client) == 0) {
    return true;
  }
  uint64_t before = pair->wire_out;
  bool flushed = ws_side_flush(loop, &pair->client);
  if (!flushed && errno != EAGAIN) {
    ws_ending_client_deaf(loop, pair, errno);
  }
  count_wire(pair, 0);
  if (pair->wire_out > before) {
    pair->payload_ms = loop->now_ms;
  }
  return flushed;
}

bool ws_send_kept_to_client(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *client = &pair->client;
  if (pair->out == WS_FLOW_ENDED || !client->writable || !flush_client(loop, pair)) {
    return false;
  }
  if (client->kept.len > 0 || control_waits(pair)) {
    size_t taken = push_to_client(loop, pair, client->kept.first, client->kept.len);
    if (taken > 0 && client->kept.len > 0) {
      ws_unsent_drop(&client->kept, taken);
      pair->payload_ms = loop->now_ms;
    }
  }
  return client->kept.len == 0 && client->writable;
}

void ws_queue_pong(struct ws_pair *pair) {
  const struct ws_decoder *decoder = &pair->decoder;
  pair->pong_waits = !ws_encoder_pong(&pair->encoder, decoder->control, decoder->control_len);
  if (pair->pong_waits) {
    memcpy(pair->pong, decoder->control, decoder->control_len);
    pair->pong_len = decoder->control_len;
  }
}

void ws_send_ping(struct ws_loop *loop, struct ws_pair *pair) {
  /* When it cannot be queued another control frame is on its way, or nothing can be sent: the deadline stands. */
  ws_encoder_ping(&pair->encoder, NULL, 0);
  ws_send_kept_to_client(loop, pair);
}

/* True when no Close is to be sent any more. A connection taken over in midstream may have a frame open that nobody fills. */
static bool close_is_out(const struct ws_pair *pair) {
  const struct ws_encoder *encoder = &pair->encoder;
  return pair->phase == WS_PAIR_PASSING || ws_encoder_close_sent(encoder) || ws_encoder_frame_open(encoder);
}

bool ws_send_close(struct ws_loop *loop, struct ws_pair *pair, uint16_t code) {
  if (pair->phase == WS_PAIR_OPEN && ws_encoder_close(&pair->encoder, code)) {
    pair->pong_waits = false;
  }
  ws_send_kept_to_client(loop, pair);
  bool announced = pair->out != WS_FLOW_ENDED && close_is_out(pair) && ws_side_announce_end(loop, &pair->client);
  return pair->out == WS_FLOW_ENDED || (announced && ws_side_waiting(&pair->client) == 0);
}
