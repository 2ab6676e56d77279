#define _GNU_SOURCE
#include "moving.h"

#include <errno.h>

#include "ending.h"
#include "pairs.h"
#include "recording/recording.h"
#include "sending.h"
#include "sides.h"
#include "watching.h"

/* Buffers' worth in each direction; then it is others' turn. */
#define READS_A_TURN 4

/* Pings of one read that are answered one by one; of more than that the newest is, as RFC 6455 section 5.5.3 allows: each
 * answer is a system call, and a read has room for thousands of Pings. */
#define PONGS_A_READ 16

enum taken { TAKEN_NOTHING, TAKEN_BYTES, TAKEN_END, TAKEN_ERROR };

/* Reads what is there into the loop's buffer. */
static enum taken take(struct ws_loop *loop, struct ws_side *side, size_t *len) {
  ssize_t taken = ws_side_recv(loop, side, loop->buffer, loop->buffer_len);
  *len = taken > 0 ? (size_t)taken : 0;
  if (taken > 0) {
    return TAKEN_BYTES;
  }
  if (taken < 0 && errno == EAGAIN) {
    return TAKEN_NOTHING;
  }
  /* An error is told once, and sending may have been told. */
  return taken == 0 && !side->broken ? TAKEN_END : TAKEN_ERROR;
}

static void record(const struct ws_loop *loop, struct ws_pair *pair, enum ws_recording_direction direction,
                   const uint8_t *bytes, size_t len) {
  if (pair->record_fd >= 0 &&
      !ws_recording_write(pair->record_fd, direction, loop->now_ms - pair->accepted_ms, bytes, len)) {
    ws_close_descriptor(&pair->record_fd);
    pair->unrecorded = true;
  }
}

static void pass_to_target(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  if (len == 0) {
    return;
  }
  record(loop, pair, WS_RECORDING_FROM_CLIENT, payload, len);
  pair->payload_ms = loop->now_ms;
  pair->bytes_in += len;
  ws_count(&loop->pump->bytes_in, len);
  ws_send_to_target(loop, pair, payload, len);
}

/* Decodes in place, so that all payload of the read goes out at once. */
static void feed(struct ws_loop *loop, struct ws_pair *pair, uint8_t *bytes, size_t len) {
  struct ws_decoded decoded = {.event = WS_EVENT_NONE};
  uint8_t *out = bytes;
  size_t pings = 0;
  pair->heard_ms = loop->now_ms;
  pair->pinged_ms = 0;
  if (pair->phase == WS_PAIR_PASSING) {
    ws_send_to_target(loop, pair, bytes, len);
    return;
  }
  for (size_t at = 0; at < len && decoded.event != WS_EVENT_CLOSE && decoded.event != WS_EVENT_ERROR;) {
    decoded = ws_decode(&pair->decoder, bytes + at, len - at, out);
    at += decoded.consumed;
    out += decoded.produced;
    if (decoded.event == WS_EVENT_PING) {
      ws_queue_pong(pair);
      if (++pings <= PONGS_A_READ) {
        ws_send_kept_to_client(loop, pair);
      }
    }
  }
  if (pings > PONGS_A_READ) {
    ws_send_kept_to_client(loop, pair);
  }
  pass_to_target(loop, pair, bytes, (size_t)(out - bytes));
  if (decoded.event == WS_EVENT_CLOSE) {
    ws_ending_closed_by_client(loop, pair);
  } else if (decoded.event == WS_EVENT_ERROR) {
    ws_ending_error(loop, pair);
  }
}

/* True when there may be more to move. */
static bool move_in(struct ws_loop *loop, struct ws_pair *pair) {
  size_t len;
  if (ws_sending_waits(&pair->target) && !ws_send_kept_to_target(loop, pair)) {
    return false;
  }
  if (pair->in != WS_FLOW_GOING || !pair->client.readable) {
    return false;
  }
  switch (take(loop, &pair->client, &len)) {
    case TAKEN_BYTES:
      feed(loop, pair, loop->buffer, len);
      break;
    case TAKEN_END:
      ws_ending_client_left(loop, pair);
      break;
    case TAKEN_ERROR:
      ws_ending_client_broke(loop, pair);
      break;
    case TAKEN_NOTHING:
      break;
  }
  return pair->client.readable;
}

static void pass_to_client(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len) {
  record(loop, pair, WS_RECORDING_TO_CLIENT, payload, len);
  pair->payload_ms = loop->now_ms;
  ws_send_to_client(loop, pair, payload, len);
}

static bool move_out(struct ws_loop *loop, struct ws_pair *pair) {
  size_t len;
  if (!ws_send_kept_to_client(loop, pair) || pair->out != WS_FLOW_GOING || !pair->target.readable) {
    return false;
  }
  switch (take(loop, &pair->target, &len)) {
    case TAKEN_BYTES:
      pass_to_client(loop, pair, loop->buffer, len);
      break;
    case TAKEN_END:
      ws_ending_target_left(loop, pair);
      break;
    case TAKEN_ERROR:
      ws_ending_target_broke(loop, pair);
      break;
    case TAKEN_NOTHING:
      break;
  }
  return pair->target.readable;
}

void ws_moving_turn(struct ws_loop *loop, struct ws_pair *pair) {
  bool more = true;
  for (int i = 0; i < READS_A_TURN && more; i++) {
    more = move_in(loop, pair);
    more = move_out(loop, pair) || more;
  }
  if (ws_ending_settle(loop, pair) && more) {
    ws_loop_again(loop, pair);
  }
}

void ws_moving_begin(struct ws_loop *loop, struct ws_pair *pair, enum ws_pair_phase phase, uint8_t *early, size_t len) {
  ws_pairs_enter_phase(loop, pair, phase);
  ws_side_expect_bulk(&pair->client);
  ws_side_expect_bulk(&pair->target);
  pair->target.readable = true;
  pair->target.writable = true;
  pair->deadline_ms = 0;
  pair->payload_ms = loop->now_ms;
  ws_watching_begin(loop, pair);
  if (pair->target.kept.len > 0) {
    ws_send_kept_to_target(loop, pair);
  }
  if (len > 0) {
    feed(loop, pair, early, len);
  }
  ws_moving_turn(loop, pair);
}
