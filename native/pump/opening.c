#define _GNU_SOURCE
#include "opening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../core/limits.h"
#include "lingering.h"
#include "moving.h"
#include "pairs.h"
#include "securing.h"
#include "sides.h"

void ws_opening_forget(struct ws_pair *pair) {
  free(pair->early);
  pair->early = NULL;
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

static void send_once(struct ws_loop *loop, struct ws_pair *pair, const struct ws_span *spans, size_t count) {
  /* It fits: nothing has been sent before. Whoever is not there any more needs no answer. */
  (void)ws_side_send(loop, &pair->client, spans, count);
}

static void end_refused(struct ws_loop *loop, struct ws_pair *pair) {
  ws_side_announce_end(loop, &pair->client);
  shutdown(pair->client.fd, SHUT_WR);
  ws_lingering_begin(loop, pair);
}

static void refuse(struct ws_loop *loop, struct ws_pair *pair, const struct ws_handshake *handshake) {
  if (handshake->answer_spans > 0) {
    send_once(loop, pair, handshake->answer, handshake->answer_spans);
  }
  struct ws_pump_event *event = ws_loop_report(loop, pair, WS_PUMP_REFUSED);
  event->refusal = handshake->refusal;
  describe(event, handshake);
  end_refused(loop, pair);
}

void ws_opening_give_up(struct ws_loop *loop, struct ws_pair *pair, const char *reason) {
  ws_securing_report_failure(loop, pair, WS_PUMP_TLS_FAILED, reason);
  end_refused(loop, pair);
}

void ws_opening_refuse(struct ws_loop *loop, struct ws_pair *pair, enum ws_refusal refusal) {
  struct ws_handshake handshake;
  if (ws_securing_is_under_way(pair)) {
    ws_opening_give_up(loop, pair, refusal == WS_REFUSAL_TIMEOUT ? "handshake-timeout" : ws_refusal_token(refusal));
    return;
  }
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
  send_once(loop, pair, handshake->answer, handshake->answer_spans);
  ws_loop_report(loop, pair, WS_PUMP_FLASH);
  end_refused(loop, pair);
}

/* To whoever takes the event. Closing another descriptor of the socket does not take it out of the epoll set. */
static void hand_on_untouched(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_pump_event *event = ws_loop_report(loop, pair, WS_PUMP_HTTP);
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

static bool watch_both(struct ws_loop *loop, struct ws_pair *pair) {
  return (pair->client.entered || ws_loop_watch(loop, &pair->client)) &&
         (pair->target.entered || ws_loop_watch(loop, &pair->target));
}

/* The same through TLS: whoever takes the event gets one end of a pair of sockets, and bytes are passed on to the other. */
static void hand_on_in_the_clear(struct ws_loop *loop, struct ws_pair *pair) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  pair->target.fd = ends[0];
  struct ws_pump_event *event = watch_both(loop, pair) ? ws_loop_report(loop, pair, WS_PUMP_HTTP) : &loop->unreported;
  if (event == &loop->unreported) {
    close(ends[1]);
    ws_pairs_remove(loop, pair);
    return;
  }
  event->fd = ends[1];
  size_t len = pair->early->len;
  memcpy(loop->buffer, pair->early->bytes, len);
  ws_opening_forget(pair);
  ws_moving_begin(loop, pair, WS_PAIR_PASSING, loop->buffer, len);
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

static void hand_on(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->client.tls != NULL) {
    hand_on_in_the_clear(loop, pair);
  } else {
    hand_on_untouched(loop, pair);
  }
}

static void secure(struct ws_loop *loop, struct ws_pair *pair) {
  if (ws_securing_begin(loop, pair)) {
    ws_opening_look(loop, pair);
  } else {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
  }
}

/* What is no WebSocket may be something else that is welcome. */
static void refused(struct ws_loop *loop, struct ws_pair *pair, const struct ws_handshake *handshake) {
  const struct ws_pump_options *options = &loop->pump->options;
  if (handshake->refusal == WS_REFUSAL_FLASH) {
    answer_flash(loop, pair, handshake);
  } else if (handshake->refusal == WS_REFUSAL_TLS && loop->identity != NULL && !pair->from.secure) {
    secure(loop, pair);
  } else if (handshake->refusal == WS_REFUSAL_NOT_UPGRADE && is_in_the_clear(loop, pair)) {
    refuse_known(loop, pair, WS_REFUSAL_SECURE_ONLY, handshake);
  } else if (handshake->refusal == WS_REFUSAL_NOT_UPGRADE && options->http) {
    hand_on(loop, pair);
  } else {
    refuse(loop, pair, handshake);
  }
}

void ws_opening_wait(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->client.hung_up) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_CLIENT_LEFT);
  } else if (!pair->client.entered && !ws_loop_watch(loop, &pair->client)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
  }
}

/* Puts what has come into the loop's buffer, where it may be changed. As recv(2). */
static ssize_t peek(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->client.tls == NULL) {
    return recv(pair->client.fd, loop->buffer, WS_LONGEST_LOOK, MSG_PEEK | MSG_DONTWAIT);
  }
  struct ws_early *early = pair->early != NULL ? pair->early : calloc(1, sizeof *early);
  if (early == NULL) {
    return -1;
  }
  pair->early = early;
  ssize_t len = 1;
  while (len > 0 && early->len < WS_LONGEST_LOOK) {
    len = ws_side_recv(loop, &pair->client, early->bytes + early->len, WS_LONGEST_LOOK - early->len);
    early->len += len > 0 ? (size_t)len : 0;
  }
  bool is_over = len == 0 || (len < 0 && errno != EAGAIN);
  pair->client.hung_up = pair->client.hung_up || is_over;
  if (pair->client.readable) {
    ws_loop_again(loop, pair);
  }
  /* Told once more to whoever reads next. */
  pair->client.readable = pair->client.readable || is_over;
  if (early->len == 0) {
    return len;
  }
  memcpy(loop->buffer, early->bytes, early->len);
  return (ssize_t)early->len;
}

void ws_opening_look(struct ws_loop *loop, struct ws_pair *pair) {
  if (!ws_securing_step(loop, pair)) {
    return;
  }
  ssize_t len = peek(loop, pair);
  if (len < 0 && errno == EAGAIN) {
    ws_opening_wait(loop, pair);
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
      ws_opening_wait(loop, pair);
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
  for (enum ws_pair_phase phase = WS_PAIR_OPENING; phase <= WS_PAIR_PASSING; phase++) {
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
  if (pair->early != NULL) {
    memcpy(loop->buffer, pair->early->bytes, pair->early->len);
    return (ssize_t)pair->early->len;
  }
  ssize_t len = recv(pair->client.fd, loop->buffer, loop->buffer_len, MSG_DONTWAIT);
  return len < (ssize_t)pair->opening->consumed ? -1 : len;
}

static bool send_answer(struct ws_loop *loop, struct ws_pair *pair) {
  const struct ws_opening *opening = pair->opening;
  struct ws_span answer = {opening->answer, opening->answer_len};
  ssize_t sent = ws_side_send(loop, &pair->client, &answer, 1);
  return sent == (ssize_t)opening->answer_len;
}

void ws_opening_complete(struct ws_loop *loop, struct ws_pair *pair) {
  size_t consumed = pair->opening->consumed;
  if (!watch_both(loop, pair)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  ssize_t len = take_request(loop, pair);
  if (len < 0 || !send_answer(loop, pair)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_CLIENT_LEFT);
    return;
  }
  pair->wire_out = pair->opening->answer_len;
  ws_decoder_init(&pair->decoder, pair->opening->dialect, pair->opening->encoding);
  ws_encoder_init(&pair->encoder, pair->opening->dialect, pair->opening->encoding);
  ws_opening_forget(pair);
  ws_loop_report(loop, pair, WS_PUMP_OPENED);
  ws_moving_begin(loop, pair, WS_PAIR_OPEN, loop->buffer + consumed, (size_t)len - consumed);
}
