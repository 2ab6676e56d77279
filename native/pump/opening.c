#define _GNU_SOURCE
#include "opening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../core/limits.h"
#include "moving.h"
#include "pairs.h"

#define LONGEST_LOOK (WS_HEAD_BYTES_MAX + WS_KEY3_BYTES)

void ws_opening_forget(struct ws_pair *pair) {
  if (pair->opening != NULL) {
    free(pair->opening->target);
    free(pair->opening);
    pair->opening = NULL;
  }
}

static size_t append(char *text, size_t at, struct ws_span from, struct ws_span *view) {
  if (from.len > 0) {
    memcpy(text + at, from.data, from.len);
  }
  *view = (struct ws_span){text + at, from.len};
  return at + from.len;
}

/* The event gets its own copies of what the handshake shows. */
static void describe(struct ws_pump_event *event, const struct ws_handshake *handshake) {
  const struct ws_span *from[] = {&handshake->subprotocol, &handshake->origin, &handshake->host, &handshake->path};
  struct ws_span *to[] = {&event->subprotocol, &event->origin, &event->host, &event->path};
  size_t len = 0;
  for (size_t i = 0; i < 4; i++) {
    len += from[i]->len;
  }
  event->text = malloc(len + 1);
  size_t at = 0;
  for (size_t i = 0; i < 4 && event->text != NULL; i++) {
    at = append(event->text, at, *from[i], to[i]);
  }
}

static void send_once(const struct ws_pair *pair, const struct ws_span *spans, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)spans, .msg_iovlen = count};
  /* It fits: nothing has been sent before. Whoever is not there any more needs no answer. */
  (void)sendmsg(pair->client.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void ws_opening_linger(struct ws_loop *loop, struct ws_pair *pair) {
  for (size_t taken = 0; taken < LONGEST_LOOK;) {
    ssize_t len = recv(pair->client.fd, loop->buffer, loop->buffer_len, MSG_DONTWAIT);
    if (len < 0 && errno == EAGAIN) {
      return;
    }
    if (len <= 0) {
      ws_pairs_remove(loop, pair);
      return;
    }
    taken += (size_t)len;
  }
  ws_loop_again(loop, pair);
}

static void end_refused(struct ws_loop *loop, struct ws_pair *pair) {
  shutdown(pair->client.fd, SHUT_WR);
  ws_opening_forget(pair);
  ws_loop_close_side(loop, &pair->target);
  ws_pairs_enter_phase(loop, pair, WS_PAIR_REFUSED);
  if (loop->in_phase[WS_PAIR_REFUSED] > WS_REFUSED_MAX ||
      (!pair->client.entered && !ws_loop_watch(loop, &pair->client))) {
    ws_pairs_remove(loop, pair);
    return;
  }
  ws_loop_set_timer(loop, pair, loop->now_ms + WS_REFUSED_LINGER_MS);
  ws_opening_linger(loop, pair);
}

static void refuse(struct ws_loop *loop, struct ws_pair *pair, const struct ws_handshake *handshake) {
  if (handshake->answer_spans > 0) {
    send_once(pair, handshake->answer, handshake->answer_spans);
  }
  struct ws_pump_event *event = ws_loop_report(loop, pair, WS_PUMP_REFUSED);
  event->refusal = handshake->refusal;
  describe(event, handshake);
  end_refused(loop, pair);
}

void ws_opening_refuse(struct ws_loop *loop, struct ws_pair *pair, enum ws_refusal refusal) {
  struct ws_handshake handshake;
  ws_handshake_refuse(refusal, &handshake);
  refuse(loop, pair, &handshake);
}

/* As refuse, for a request whose fields are known. */
static void refuse_known(struct ws_loop *loop, struct ws_pair *pair, enum ws_refusal refusal,
                         const struct ws_handshake *known) {
  struct ws_handshake handshake;
  ws_handshake_refuse(refusal, &handshake);
  handshake.origin = known->origin;
  handshake.host = known->host;
  refuse(loop, pair, &handshake);
}

static void answer_flash(struct ws_loop *loop, struct ws_pair *pair, const struct ws_handshake *handshake) {
  send_once(pair, handshake->answer, handshake->answer_spans);
  ws_loop_report(loop, pair, WS_PUMP_FLASH);
  end_refused(loop, pair);
}

/* To whoever takes the event. Closing another descriptor of the socket does not take it out of the epoll set. */
static void hand_on(struct ws_loop *loop, struct ws_pair *pair, enum ws_pump_event_kind kind) {
  struct ws_pump_event *event = ws_loop_report(loop, pair, kind);
  if (event == &loop->unreported) {
    ws_pairs_remove(loop, pair);
    return;
  }
  if (pair->client.entered) {
    ws_loop_unwatch(loop, &pair->client);
  }
  event->fd = pair->client.fd;
  pair->client.fd = -1;
  ws_pairs_remove(loop, pair);
}

static void keep_answer(struct ws_opening *opening, const struct ws_handshake *handshake) {
  for (size_t i = 0; i < handshake->answer_spans; i++) {
    memcpy(opening->answer + opening->answer_len, handshake->answer[i].data, handshake->answer[i].len);
    opening->answer_len += handshake->answer[i].len;
  }
}

static void report(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *bytes,
                   const struct ws_handshake *handshake) {
  struct ws_opening *opening = calloc(1, sizeof *opening + ws_handshake_answer_len(handshake));
  if (opening == NULL) {
    refuse_known(loop, pair, WS_REFUSAL_BUSY, handshake);
    return;
  }
  opening->consumed = handshake->consumed;
  opening->dialect = handshake->dialect;
  opening->encoding = handshake->encoding;
  keep_answer(opening, handshake);
  pair->opening = opening;
  ws_address_widen(&pair->from.peer);
  pair->proxied = ws_trust_apply(&loop->pump->trust, &pair->from.peer, bytes, handshake->consumed);
  ws_pairs_name(loop, pair, atomic_fetch_add(&loop->pump->next_id, 1));
  ws_pairs_enter_phase(loop, pair, WS_PAIR_WAITING);
  struct ws_pump_event *event = ws_loop_report(loop, pair, WS_PUMP_WEBSOCKET);
  event->proxied = pair->proxied;
  event->dialect = handshake->dialect;
  describe(event, handshake);
}

static bool is_in_the_clear(const struct ws_loop *loop, const struct ws_pair *pair) {
  return loop->pump->options.secure_only && !pair->from.secure;
}

static void accepted(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *bytes,
                     const struct ws_handshake *handshake) {
  if (is_in_the_clear(loop, pair)) {
    refuse_known(loop, pair, WS_REFUSAL_SECURE_ONLY, handshake);
  } else {
    report(loop, pair, bytes, handshake);
  }
}

/* What is no WebSocket may be something else that is welcome. */
static void refused(struct ws_loop *loop, struct ws_pair *pair, const struct ws_handshake *handshake) {
  const struct ws_pump_options *options = &loop->pump->options;
  if (handshake->refusal == WS_REFUSAL_FLASH) {
    answer_flash(loop, pair, handshake);
  } else if (handshake->refusal == WS_REFUSAL_TLS && options->tls && !pair->from.secure) {
    hand_on(loop, pair, WS_PUMP_TLS);
  } else if (handshake->refusal == WS_REFUSAL_NOT_UPGRADE && is_in_the_clear(loop, pair)) {
    refuse_known(loop, pair, WS_REFUSAL_SECURE_ONLY, handshake);
  } else if (handshake->refusal == WS_REFUSAL_NOT_UPGRADE && options->http) {
    hand_on(loop, pair, WS_PUMP_HTTP);
  } else {
    refuse(loop, pair, handshake);
  }
}

static void wait_for_more(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->client.hung_up) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_CLIENT_LEFT);
  } else if (!pair->client.entered && !ws_loop_watch(loop, &pair->client)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
  }
}

void ws_opening_look(struct ws_loop *loop, struct ws_pair *pair) {
  ssize_t len = recv(pair->client.fd, loop->buffer, LONGEST_LOOK, MSG_PEEK | MSG_DONTWAIT);
  if (len < 0 && errno == EAGAIN) {
    wait_for_more(loop, pair);
    return;
  }
  if (len <= 0) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_CLIENT_LEFT);
    return;
  }
  struct ws_policy policy = loop->pump->policy;
  policy.loopback = pair->from.loopback;
  policy.secure = pair->from.secure;
  struct ws_handshake handshake;
  ws_handshake(loop->buffer, (size_t)len, &policy, &handshake);
  switch (handshake.verdict) {
    case WS_VERDICT_MORE:
      wait_for_more(loop, pair);
      break;
    case WS_VERDICT_ACCEPT:
      accepted(loop, pair, loop->buffer, &handshake);
      break;
    case WS_VERDICT_REFUSE:
      refused(loop, pair, &handshake);
      break;
  }
}

static bool is_full(const struct ws_loop *loop) {
  size_t count = 0;
  for (enum ws_pair_phase phase = WS_PAIR_OPENING; phase <= WS_PAIR_OPEN; phase++) {
    count += loop->in_phase[phase];
  }
  size_t most = loop->pump->options.max_connections;
  return most > 0 && count > most;
}

void ws_opening_begin(struct ws_loop *loop, int fd, bool shared, const struct ws_pump_origins *from) {
  struct ws_pair *pair = ws_pairs_add(loop, fd, from);
  if (pair == NULL) {
    return;
  }
  pair->client.shared = shared;
  if (is_full(loop)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  int64_t timeout = loop->pump->options.handshake_timeout_ms;
  if (timeout > 0) {
    ws_loop_set_timer(loop, pair, pair->accepted_ms + timeout);
  }
  ws_opening_look(loop, pair);
}

/* Takes the request out of the kernel's buffer; what comes behind it stays in the loop's. -1: the client has left. */
static ssize_t take_request(struct ws_loop *loop, struct ws_pair *pair) {
  ssize_t len = recv(pair->client.fd, loop->buffer, loop->buffer_len, MSG_DONTWAIT);
  return len < (ssize_t)pair->opening->consumed ? -1 : len;
}

static bool send_answer(struct ws_pair *pair) {
  const struct ws_opening *opening = pair->opening;
  ssize_t sent = send(pair->client.fd, opening->answer, opening->answer_len, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == (ssize_t)opening->answer_len;
}

static bool watch_both(struct ws_loop *loop, struct ws_pair *pair) {
  return (pair->client.entered || ws_loop_watch(loop, &pair->client)) &&
         (pair->target.entered || ws_loop_watch(loop, &pair->target));
}

void ws_opening_complete(struct ws_loop *loop, struct ws_pair *pair) {
  size_t consumed = pair->opening->consumed;
  if (!watch_both(loop, pair)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  ssize_t len = take_request(loop, pair);
  if (len < 0 || !send_answer(pair)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_CLIENT_LEFT);
    return;
  }
  pair->wire_out = pair->opening->answer_len;
  ws_decoder_init(&pair->decoder, pair->opening->dialect, pair->opening->encoding);
  ws_encoder_init(&pair->encoder, pair->opening->dialect, pair->opening->encoding);
  ws_opening_forget(pair);
  ws_loop_report(loop, pair, WS_PUMP_OPENED);
  ws_moving_begin(loop, pair, loop->buffer + consumed, (size_t)len - consumed);
}
