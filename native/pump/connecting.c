#define _GNU_SOURCE
#include "connecting.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "opening.h"
#include "pairs.h"
#include "securing.h"
#include "sides.h"
#include "tls/tls.h"

/* A Unix socket whose backlog is full says so at once, and nothing tells when it is not any more. */
#define ASK_AGAIN_MS 10

static void set_no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Takes no error from the socket: of a failed attempt that is told but once. */
static bool is_connected(int fd) {
  struct pollfd room = {.fd = fd, .events = POLLOUT};
  return poll(&room, 1, 0) == 1 && room.revents == POLLOUT;
}

/* The error of an attempt that is over, 0 for none. */
static int error_of(int fd) {
  int error = 0;
  socklen_t len = sizeof error;
  union ws_address peer;
  socklen_t peer_len = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
    return error != 0 ? error : errno;
  }
  return getpeername(fd, &peer.any, &peer_len) == 0 ? 0 : errno;
}

static int open_socket(const struct ws_pump_target *target, size_t at, const struct sockaddr **address,
                       socklen_t *len) {
  if (target->count == 0) {
    *address = (const struct sockaddr *)&target->path;
    *len = sizeof target->path;
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  *address = &target->addresses[at].any;
  *len = ws_address_len(&target->addresses[at]);
  int fd = socket((*address)->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0) {
    set_no_delay(fd);
  }
  return fd;
}

static size_t attempts(const struct ws_pump_target *target) {
  return target->count > 0 ? target->count : 1;
}

static void set_time(struct ws_loop *loop, struct ws_pair *pair) {
  const struct ws_opening *opening = pair->opening;
  if (opening->deadline_ms > 0) {
    int64_t left = opening->deadline_ms - loop->now_ms;
    size_t rest = opening->target != NULL ? attempts(opening->target) - opening->tried : 1;
    ws_loop_set_timer(loop, pair, loop->now_ms + left / (int64_t)rest);
  } else {
    ws_timers_remove(&loop->timers, pair);
  }
}

static void await(struct ws_loop *loop, struct ws_pair *pair) {
  pair->target.awaits_room = true;
  if (!ws_loop_watch(loop, &pair->target)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  set_time(loop, pair);
}

static void give_up(struct ws_loop *loop, struct ws_pair *pair) {
  ws_opening_refuse(loop, pair, pair->opening->timed_out ? WS_REFUSAL_TARGET_TIMEOUT : WS_REFUSAL_TARGET_REFUSED);
}

/* Over loopback the connection is there when the first call returns, though that says that it is not: the second tells. */
static int connect_twice(int fd, const struct sockaddr *address, socklen_t len) {
  if (connect(fd, address, len) == 0) {
    return 0;
  }
  if (errno == EINPROGRESS && (connect(fd, address, len) == 0 || errno == EISCONN)) {
    return 0;
  }
  return errno == EALREADY ? EINPROGRESS : errno;
}

static void secure_step(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *target = &pair->target;
  if (!ws_securing_may_step(loop, pair)) {
    return;
  }
  if (target->writable) {
    ws_side_flush(loop, target);
  }
  switch (ws_tls_handshake(target->tls)) {
    case WS_TLS_DONE:
      /* The preface: it has been sent. */
      ws_unsent_free(&target->kept);
      ws_opening_complete(loop, pair);
      break;
    case WS_TLS_MORE:
      if (ws_side_waiting(target) > 0) {
        ws_loop_await_room(loop, target);
      }
      if (target->hung_up || !ws_tls_is_dry(target->tls)) {
        ws_loop_again(loop, pair);
      }
      break;
    case WS_TLS_FAILED:
      ws_securing_report_failure(loop, pair, WS_PUMP_TARGET_TLS_FAILED, ws_tls_reason(target->tls));
      ws_opening_refuse(loop, pair, WS_REFUSAL_TARGET_REFUSED);
      break;
  }
}

/* Before TLS: it is for a proxy in front of the server. Nothing has been sent yet, so that it fits. */
static bool send_preface(const struct ws_side *target) {
  const struct ws_unsent *preface = &target->kept;
  return preface->len == 0 ||
         send(target->fd, preface->first, preface->len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)preface->len;
}

static void secure(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *target = &pair->target;
  if (!send_preface(target)) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_TARGET_REFUSED);
    return;
  }
  target->writable = true;
  target->tls = ws_tls_connect(loop->trust, loop->target_host, target->fd, &loop->bench);
  if (target->tls == NULL || (!target->entered && !ws_loop_watch(loop, target))) {
    ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
    return;
  }
  /* All the time that is left: another address would hardly speak TLS better. */
  if (pair->opening->deadline_ms > 0) {
    ws_loop_set_timer(loop, pair, pair->opening->deadline_ms);
  }
  secure_step(loop, pair);
}

/* The target has been reached. */
static void arrived(struct ws_loop *loop, struct ws_pair *pair) {
  if (loop->trust != NULL) {
    secure(loop, pair);
  } else {
    ws_opening_complete(loop, pair);
  }
}

/* Tries the addresses from the present one on, until one is there or has to be waited for. */
static void try_on(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_opening *opening = pair->opening;
  for (; opening->tried < attempts(opening->target); opening->tried++) {
    const struct sockaddr *address;
    socklen_t len;
    int fd = open_socket(opening->target, opening->tried, &address, &len);
    if (fd < 0 && errno != EAFNOSUPPORT) {
      ws_opening_refuse(loop, pair, WS_REFUSAL_BUSY);
      return;
    }
    pair->target.fd = fd;
    int error = fd < 0 ? errno : connect_twice(fd, address, len);
    if (error == 0) {
      arrived(loop, pair);
      return;
    }
    if (error == EINPROGRESS) {
      await(loop, pair);
      return;
    }
    ws_loop_drop_target(loop, pair);
    if (error == EAGAIN && opening->target->count == 0) {
      ws_loop_set_timer(loop, pair, loop->now_ms + ASK_AGAIN_MS);
      return;
    }
    opening->timed_out = error == ETIMEDOUT;
  }
  give_up(loop, pair);
}

static void start(struct ws_loop *loop, struct ws_pair *pair) {
  int64_t timeout = loop->pump->options.connect_timeout_ms;
  pair->opening->deadline_ms = timeout > 0 ? loop->now_ms + timeout : 0;
  ws_timers_remove(&loop->timers, pair);
  ws_pairs_enter_phase(loop, pair, WS_PAIR_CONNECTING);
}

void ws_connecting_begin(struct ws_loop *loop, struct ws_pair *pair, struct ws_pump_target *target) {
  pair->opening->target = target;
  start(loop, pair);
  try_on(loop, pair);
}

void ws_connecting_join(struct ws_loop *loop, struct ws_pair *pair, int fd) {
  pair->target.fd = fd;
  pair->target.shared = true;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  set_no_delay(fd);
  start(loop, pair);
  if (is_connected(fd)) {
    ws_opening_complete(loop, pair);
  } else {
    await(loop, pair);
  }
}

static void next_attempt(struct ws_loop *loop, struct ws_pair *pair, bool timed_out) {
  struct ws_opening *opening = pair->opening;
  opening->timed_out = timed_out;
  ws_loop_drop_target(loop, pair);
  if (opening->target == NULL) {
    give_up(loop, pair);
    return;
  }
  opening->tried++;
  try_on(loop, pair);
}

void ws_connecting_step(struct ws_loop *loop, struct ws_pair *pair) {
  if (pair->target.tls != NULL) {
    secure_step(loop, pair);
    return;
  }
  if (!pair->target.writable) {
    return;
  }
  int error = error_of(pair->target.fd);
  if (error == 0 && pair->opening->target != NULL) {
    arrived(loop, pair);
  } else if (error == 0) {
    /* Somebody else's connection, who has taken care of it. */
    ws_opening_complete(loop, pair);
  } else {
    next_attempt(loop, pair, error == ETIMEDOUT);
  }
}

void ws_connecting_late(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_opening *opening = pair->opening;
  bool asks_again = pair->target.fd < 0;
  if (asks_again && (opening->deadline_ms == 0 || loop->now_ms < opening->deadline_ms)) {
    try_on(loop, pair);
  } else {
    next_attempt(loop, pair, true);
  }
}
