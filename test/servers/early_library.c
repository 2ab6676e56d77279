/* A library whose constructor uses descriptors of all kinds before main, and perhaps before other libraries are ready. When
 * EARLY_PORT is set it also opens the listening socket that main will use. Any surprise ends the program. */
#include "early_library.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int early_listener = -1;

static void expect(int truth, const char *what) {
  if (truth) return;
  fprintf(stderr, "early: %s\n", what);
  _exit(1);
}

static void use_pair(void) {
  char text[8] = "";
  int pair[2];
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
  expect(write(pair[0], "one", 3) == 3 && read(pair[1], text, 3) == 3, "read and write");
  expect(send(pair[0], "two", 3, 0) == 3 && recv(pair[1], text, 8, 0) == 3, "send and recv");
  expect(memcmp(text, "two", 3) == 0, "bytes");
  struct pollfd watched = {.fd = pair[0], .events = POLLIN | POLLOUT};
  expect(poll(&watched, 1, 0) == 1 && watched.revents == POLLOUT, "poll");
  fd_set writable;
  FD_ZERO(&writable);
  FD_SET(pair[0], &writable);
  struct timeval now = {0, 0};
  expect(select(pair[0] + 1, NULL, &writable, NULL, &now) == 1, "select");
  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLOUT, .data.fd = pair[1]};
  expect(epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &event) == 0 && epoll_wait(set, &event, 1, 0) == 1, "epoll");
  int copy = dup2(pair[0], 200);
  expect(copy == 200 && fcntl(copy, F_SETFL, O_NONBLOCK) == 0 && close(copy) == 0, "dup2, fcntl, close");
  expect(dprintf(pair[0], "%d", 3) == 1, "dprintf");
  expect(shutdown(pair[0], SHUT_WR) == 0, "shutdown");
  close(set);
  close(pair[0]);
  close(pair[1]);
}

static void listen_on(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  early_listener = socket(AF_INET, SOCK_STREAM, 0);
  expect(early_listener >= 0, "socket");
  expect(setsockopt(early_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "setsockopt");
  expect(bind(early_listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
  expect(listen(early_listener, 16) == 0, "listen");
}

/* The lowest priority that is free for use: before constructors without one. */
__attribute__((constructor(101))) static void early(void) {
  const char *port = getenv("EARLY_PORT");
  use_pair();
  if (port != NULL) listen_on(atoi(port));
}
