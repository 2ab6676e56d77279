/* One thread around edge-triggered epoll; connections do not block, and what the kernel does not take is kept until the
 * next edge. With the word "short" a read that fills less than its buffer counts as the last one before the next edge, as
 * epoll(7) allows. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define EVENTS 64

struct connection {
  int fd;
  size_t begin, end; /* what is read and not yet written: buffer[begin..end) */
  char buffer[BUFFER_BYTES];
};

static void watch(int epoll, int fd, void *data) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = data};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) server_fail("epoll_ctl");
}

static void welcome_all(int epoll, int listener) {
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) return;
    struct connection *c = malloc(sizeof *c);
    if (!c) server_fail("malloc");
    server_set_nonblocking(fd);
    c->fd = fd;
    c->begin = c->end = 0;
    watch(epoll, fd, c);
  }
}

/* 1: all is written, 0: the kernel takes no more, -1: the peer is gone. */
static int flush(struct connection *c) {
  while (c->begin < c->end) {
    ssize_t n = write(c->fd, c->buffer + c->begin, c->end - c->begin);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return 0;
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      server_ended(n);
      return -1;
    }
    if (n <= 0) server_fail("write");
    c->begin += (size_t)n;
  }
  c->begin = c->end = 0;
  return 1;
}

/* Likewise: 1 when there may be more to read, 0 until the next edge, -1 at the end. */
static int fill(struct connection *c) {
  ssize_t n;
  do
    n = read(c->fd, c->buffer, sizeof c->buffer);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n <= 0) {
    server_ended(n);
    return -1;
  }
  c->end = (size_t)n;
  return 1;
}

static void serve(struct connection *c) {
  int go_on;
  do {
    go_on = flush(c);
    if (go_on == 1) go_on = fill(c);
    if (go_on == 1 && server_word("short") && c->end < sizeof c->buffer) go_on = flush(c) < 0 ? -1 : 0;
  } while (go_on == 1);
  if (go_on < 0) {
    close(c->fd);
    free(c);
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  server_set_nonblocking(listener);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) server_fail("epoll_create1");
  watch(epoll, listener, NULL);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) server_fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr)
        serve(events[i].data.ptr);
      else
        welcome_all(epoll, listener);
    }
  }
}
