#define _GNU_SOURCE
#include "accepting.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "opening.h"

/* Then the connections that are there get a turn. */
#define ACCEPTED_AT_ONCE 64

/* Without a descriptor or memory to spare, accept(2) fails and the connection stays where it is: the listener would be
 * reported ready without end. Descriptors become free anywhere in the process, so nothing but time tells. */
#define REST_MS 100

/* Clients speak first, so a connection need not be seen before its first bytes are there (tcp(7)). For a client that stays
 * silent the kernel gives up waiting after this time. */
#define FIRST_BYTES_WITHIN_S 1

static void set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

static void watch(struct ws_loop *loop, struct ws_listening *listening, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = &listening->watched};
  epoll_ctl(loop->epoll, operation, listening->fd, &event);
}

void ws_accepting_listen(struct ws_loop *loop, int fd) {
  struct ws_listening *listening = calloc(1, sizeof *listening);
  if (listening == NULL) {
    close(fd);
    return;
  }
  *listening = (struct ws_listening){.watched = WS_WATCHED_LISTENER, .fd = fd, .next = loop->listeners};
  loop->listeners = listening;
  socklen_t len = sizeof listening->local;
  getsockname(fd, &listening->local.any, &len);
  listening->loopback = ws_address_is_loopback(&listening->local);
  listening->wildcard = ws_address_is_wildcard(&listening->local);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (listening->local.any.sa_family != AF_UNIX) {
    set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, FIRST_BYTES_WITHIN_S);
    /* Inherited by what is accepted. */
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  }
  watch(loop, listening, EPOLL_CTL_ADD, EPOLLIN);
}

static void rest(struct ws_loop *loop) {
  loop->accept_again_ms = loop->now_ms + REST_MS;
  for (struct ws_listening *listening = loop->listeners; listening != NULL; listening = listening->next) {
    watch(loop, listening, EPOLL_CTL_MOD, 0);
  }
}

void ws_accepting_resume(struct ws_loop *loop) {
  loop->accept_again_ms = 0;
  for (struct ws_listening *listening = loop->listeners; listening != NULL; listening = listening->next) {
    watch(loop, listening, EPOLL_CTL_MOD, EPOLLIN);
  }
}

/* Errors of the connection rather than of the listener are none of ours (accept(2)). */
static bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* False when there is nothing to accept, or no room for it. */
static bool accept_one(struct ws_loop *loop, const struct ws_listening *listening) {
  struct ws_pump_origins from = {.local = listening->local, .loopback = listening->loopback};
  socklen_t len = sizeof from.peer;
  int fd = accept4(listening->fd, &from.peer.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    if (is_shortage(errno)) {
      rest(loop);
      return false;
    }
    return errno != EAGAIN && errno != EINVAL && errno != EBADF && errno != ENOTSOCK && errno != EOPNOTSUPP;
  }
  if (listening->wildcard) {
    len = sizeof from.local;
    getsockname(fd, &from.local.any, &len);
  }
  ws_opening_begin(loop, fd, false, &from);
  return true;
}

void ws_accepting_turn(struct ws_loop *loop, struct ws_listening *listening) {
  for (int i = 0; i < ACCEPTED_AT_ONCE && accept_one(loop, listening); i++) {
  }
}

void ws_accepting_stop(struct ws_loop *loop) {
  while (loop->listeners != NULL) {
    struct ws_listening *listening = loop->listeners;
    while (accept_one(loop, listening)) {
    }
    loop->listeners = listening->next;
    /* Another process may listen on it, too: closing alone would not take it out of the set. */
    watch(loop, listening, EPOLL_CTL_DEL, 0);
    close(listening->fd);
    free(listening);
  }
  loop->accept_again_ms = 0;
}
