#define _GNU_SOURCE
#include "sides.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "tls/tls.h"

/* Bytes up to which one buffer costs the kernel less than several, the copy included. */
#define CHEAPER_TOGETHER 512

void ws_side_expect_bulk(struct ws_side *side) {
  if (side->tls != NULL) {
    ws_tls_expect_bulk(side->tls);
  }
}

static ssize_t recv_in_the_clear(struct ws_side *side, void *bytes, size_t len) {
  ssize_t taken;
  do {
    taken = recv(side->fd, bytes, len, MSG_DONTWAIT);
  } while (taken < 0 && errno == EINTR);
  /* A read that does not fill the buffer has taken all: the kernel will say when there is more (epoll(7)), unless the end is
   * already known to lie behind. */
  side->readable = taken > 0 && ((size_t)taken == len || side->hung_up);
  return taken;
}

/* Records have been made. What waited before has kept them from being tried: that there is no room is then not known. */
static void mind_what_waits(struct ws_loop *loop, struct ws_side *side, size_t waited_before) {
  if (waited_before == 0 && ws_tls_waiting(side->tls) > 0) {
    ws_loop_await_room(loop, side);
  }
}

static ssize_t recv_through_tls(struct ws_loop *loop, struct ws_side *side, void *bytes, size_t len) {
  size_t waiting = ws_tls_waiting(side->tls);
  bool was_mute = ws_tls_is_mute(side->tls);
  ssize_t taken = ws_tls_recv(side->tls, bytes, len, side->hung_up);
  int error = errno;
  bool is_over = taken == 0 || (taken < 0 && error != EAGAIN);
  side->readable = !is_over && !ws_tls_is_dry(side->tls);
  mind_what_waits(loop, side, waiting);
  if (was_mute && !ws_tls_is_mute(side->tls)) {
    /* Whoever had something to send has been turned away, and has his turn when there is room. */
    ws_loop_ask_for_room(loop, side);
  }
  errno = error;
  return taken;
}

ssize_t ws_side_recv(struct ws_loop *loop, struct ws_side *side, void *bytes, size_t len) {
  return side->tls != NULL ? recv_through_tls(loop, side, bytes, len) : recv_in_the_clear(side, bytes, len);
}

static size_t length_of(const struct ws_span *spans, size_t count) {
  size_t len = 0;
  for (size_t i = 0; i < count; i++) {
    len += spans[i].len;
  }
  return len;
}

static void gather(const struct ws_span *spans, size_t count, uint8_t *to) {
  for (size_t i = 0; i < count; i++) {
    memcpy(to, spans[i].data, spans[i].len);
    to += spans[i].len;
  }
}

static ssize_t send_in_the_clear(struct ws_side *side, const struct ws_span *spans, size_t count, size_t len) {
  uint8_t few[CHEAPER_TOGETHER];
  struct msghdr message = {.msg_iov = (struct iovec *)spans, .msg_iovlen = count};
  const void *bytes = count == 1 ? spans[0].data : NULL;
  if (count > 1 && len <= sizeof few) {
    gather(spans, count, few);
    bytes = few;
  }
  ssize_t sent;
  do {
    sent = bytes != NULL ? send(side->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL)
                         : sendmsg(side->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

ssize_t ws_side_send(struct ws_loop *loop, struct ws_side *side, const struct ws_span *spans, size_t count) {
  if (!ws_side_flush(loop, side)) {
    return -1;
  }
  size_t len = length_of(spans, count);
  ssize_t sent = side->tls != NULL ? ws_tls_send(side->tls, spans, count) : send_in_the_clear(side, spans, count, len);
  int error = errno;
  bool all = sent == (ssize_t)len && ws_side_waiting(side) == 0;
  if (!all && (sent >= 0 || error == EAGAIN)) {
    ws_loop_await_room(loop, side);
  }
  errno = error;
  return sent;
}

bool ws_side_flush(struct ws_loop *loop, struct ws_side *side) {
  if (ws_side_waiting(side) == 0) {
    return true;
  }
  if (ws_tls_flush(side->tls) != 0) {
    return false;
  }
  mind_what_waits(loop, side, 0);
  errno = EAGAIN;
  return ws_side_waiting(side) == 0;
}

size_t ws_side_waiting(const struct ws_side *side) {
  return side->tls != NULL ? ws_tls_waiting(side->tls) : 0;
}

bool ws_side_announce_end(struct ws_loop *loop, struct ws_side *side) {
  if (side->tls == NULL) {
    return true;
  }
  size_t waiting = ws_tls_waiting(side->tls);
  bool announced = ws_tls_end(side->tls);
  mind_what_waits(loop, side, waiting);
  return announced;
}
