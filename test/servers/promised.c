/* Reads once, without waiting, what it has been promised, and prints "read N". The promise is, by the word that it is started
 * with, an end behind what has come ("epoll", "poll"), or a number of bytes ("peek", "count"). The connection is in a
 * level-triggered set all the time. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static char buffer[BUFFER_BYTES];

static void wait_for(int epoll, int fd, unsigned events) {
  struct epoll_event event = {.events = events};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0 || epoll_wait(epoll, &event, 1, -1) != 1) server_fail("epoll");
}

static void wait_for_end(int epoll, int fd) {
  struct pollfd end = {.fd = fd, .events = POLLRDHUP};
  if (server_word("epoll")) {
    wait_for(epoll, fd, EPOLLRDHUP);
  } else if (poll(&end, 1, -1) != 1) {
    server_fail("poll");
  }
}

/* A read that fills less than its buffer counts as the last one: the end has been told. */
static size_t read_to_end(int fd) {
  size_t total = 0;
  ssize_t n;
  do {
    n = read(fd, buffer, 16384);
    if (n < 0) server_fail("read");
    total += (size_t)n;
  } while (n == 16384);
  return total;
}

static ssize_t promised(int fd, size_t len) {
  int count = 0;
  if (server_word("peek")) return recv(fd, buffer, len, MSG_PEEK);
  if (ioctl(fd, FIONREAD, &count) < 0) server_fail("FIONREAD");
  return count;
}

static size_t read_what_is_promised(int epoll, int fd, size_t len) {
  while (promised(fd, len) < (ssize_t)len)
    wait_for(epoll, fd, EPOLLIN);
  ssize_t n = read(fd, buffer, len);
  if (n < 0) server_fail("read");
  return (size_t)n;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen(), fd = server_accept(listener), epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN};
  server_set_nonblocking(fd);
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) server_fail("epoll");
  size_t len = (size_t)atoi(server_value("bytes", "0"));
  if (len == 0) wait_for_end(epoll, fd);
  printf("read %zu\n", len == 0 ? read_to_end(fd) : read_what_is_promised(epoll, fd, len));
  return 0;
}
