/* Lets a native client speak to a WebSocket server: bench-bridge PORT TARGET [tcp|rfc6455]. With "tcp" it does the same without
 * frames, so that what the bridge itself costs is the same in both. One thread; what it is used for has little on its way
 * at a time, so it may wait where it writes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

#define READ_MAX 65536u

struct end {
  int fd;
  bool server;
  struct end *other;
  /* Of the server's frames. */
  uint8_t head[10];
  size_t head_len;
  uint64_t left;
};

static enum wire_dialect dialect;
static uint16_t target;
static int epoll;

static _Noreturn void die(const char *what) {
  fprintf(stderr, "bench-bridge: %s: %s\n", what, strerror(errno));
  exit(1);
}

static bool put(int fd, const uint8_t *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    len -= (size_t)sent;
  }
  return true;
}

static void set_no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int call(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(target), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  char text[1024];
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  set_no_delay(fd);
  size_t len = wire_request(dialect, "127.0.0.1", target, text, sizeof text);
  if (!put(fd, (const uint8_t *)text, len)) die("request");
  int verdict;
  /* Byte by byte, since a server that speaks first may have sent a frame right behind it. */
  for (len = 0; (verdict = wire_answer(dialect, text, len)) == 0; len++) {
    if (len == sizeof text || recv(fd, text + len, 1, 0) != 1) die("answer");
  }
  if (verdict < 0) die("another answer than was expected");
  return fd;
}

/* Length of the frame when its head is there, else -1. */
static int64_t frame_length(const struct end *server) {
  size_t whole = server->head_len < 2 ? 2 : server->head[1] == 126 ? 4 : server->head[1] == 127 ? 10 : 2;
  if (server->head_len < whole) return -1;
  if (whole == 2) return server->head[1];
  int64_t length = 0;
  for (size_t i = 2; i < whole; i++)
    length = length << 8 | server->head[i];
  return length;
}

/* Payload is moved together, so that a client gets it in one piece. Returns its length; control frames are not expected but
 * for the Close, after which the connection ends anyway. */
static size_t unframe(struct end *server, uint8_t *bytes, size_t len) {
  size_t out = 0;
  for (size_t at = 0; at < len;) {
    if (server->left == 0) {
      server->head[server->head_len++] = bytes[at++];
      int64_t length = frame_length(server);
      if (length < 0) continue;
      server->left = (uint64_t)length;
      server->head_len = 0;
      continue;
    }
    size_t step = len - at < server->left ? len - at : (size_t)server->left;
    memmove(bytes + out, bytes + at, step);
    out += step;
    at += step;
    server->left -= step;
  }
  return out;
}

static bool carry(struct end *from) {
  static uint8_t bytes[READ_MAX], frame[READ_MAX + 16];
  ssize_t got = recv(from->fd, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  if (dialect == WIRE_TCP) return put(from->other->fd, bytes, (size_t)got);
  if (from->server) return put(from->other->fd, bytes, unframe(from, bytes, (size_t)got));
  return put(from->other->fd, frame, wire_message(dialect, bytes, (size_t)got, frame));
}

static struct end *watch(int fd, bool server) {
  struct end *end = calloc(1, sizeof *end);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
  if (end == NULL || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
  end->fd = fd;
  end->server = server;
  return end;
}

static void welcome(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  set_no_delay(fd);
  struct end *client = watch(fd, false), *server = watch(call(), true);
  client->other = server;
  server->other = client;
}

/* Ends both; the other one's turn comes when its end is seen. The memory is left to the process, which lives for one
 * measurement: the other end may be among the events that are still to be looked at. */
static void part(struct end *end) {
  epoll_ctl(epoll, EPOLL_CTL_DEL, end->fd, NULL);
  shutdown(end->fd, SHUT_RDWR);
  shutdown(end->other->fd, SHUT_RDWR);
}

static int listen_on(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) die("listen");
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 4 || !wire_dialect_from_name(argv[3], &dialect) || dialect > WIRE_RFC6455) {
    fprintf(stderr, "usage: %s PORT TARGET tcp|rfc6455\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  target = (uint16_t)atoi(argv[2]);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on((uint16_t)atoi(argv[1]));
  struct epoll_event events[64], accepts = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &accepts) < 0) die("epoll");
  puts("ready");
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr == NULL) {
        welcome(listener);
      } else if (!carry(events[i].data.ptr)) {
        part(events[i].data.ptr);
      }
    }
  }
}
