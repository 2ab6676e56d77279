/* The server that is measured: bench-server PORT [epoll|blocking]. It knows nothing of WebSocket; purpose.h says what it
 * understands. With epoll it is one thread, level-triggered; blocking has a thread for each connection. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "purpose.h"
#include "stream.h"

struct peer {
  int fd;
  char purpose; /* 0: not known yet */
  char digits[PURPOSE_SIZE_DIGITS + 1];
  uint8_t digit_count;
  bool wants_out;
  uint32_t size;     /* of a write, for a source */
  uint32_t owed_len; /* echoed bytes that the socket has not taken yet */
  uint64_t offset;   /* in the stream */
  uint8_t *owed;     /* NULL when there are none */
};

static int epoll = -1;         /* -1: blocking */
static _Atomic uint64_t taken; /* by all sinks */

static _Noreturn void die(const char *what) {
  perror(what);
  exit(1);
}

/* Whole, unless the socket takes no more; then the rest is kept. False when the connection is over. */
static bool send_back(struct peer *peer, const uint8_t *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = write(peer->fd, bytes, len);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent <= 0) return false;
    bytes += sent;
    len -= (size_t)sent;
  }
  if (len > 0) {
    uint8_t *kept = malloc(len);
    if (kept == NULL) die("malloc");
    memcpy(kept, bytes, len);
    free(peer->owed);
    peer->owed = kept;
  } else {
    free(peer->owed);
    peer->owed = NULL;
  }
  peer->owed_len = (uint32_t)len;
  return true;
}

static bool take_stream(struct peer *peer, const uint8_t *bytes, size_t len) {
  if (!stream_is(peer->offset, bytes, len)) {
    fprintf(stderr, "bench-server: other bytes than the stream has at %llu\n", (unsigned long long)peer->offset);
    return false;
  }
  peer->offset += len;
  taken += len;
  return true;
}

static bool tell_taken(struct peer *peer) {
  char text[2 * PURPOSE_NUMBER_DIGITS + 1];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int len =
      snprintf(text, sizeof text, "%0*llu%0*llu", PURPOSE_NUMBER_DIGITS, (unsigned long long)taken,
               PURPOSE_NUMBER_DIGITS, (unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec);
  return write(peer->fd, text, (size_t)len) == len;
}

/* True until the socket takes no more, for a while or for ever; *over tells which. */
static bool pour(struct peer *peer, bool *over) {
  ssize_t sent = write(peer->fd, stream_at(peer->offset), peer->size);
  if (sent > 0) peer->offset += (uint64_t)sent;
  *over = sent < 0 && errno != EAGAIN;
  return sent == (ssize_t)peer->size;
}

static bool take_digits(struct peer *peer, const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i < len && peer->digit_count < PURPOSE_SIZE_DIGITS; i++)
    peer->digits[peer->digit_count++] = (char)bytes[i];
  if (peer->digit_count == PURPOSE_SIZE_DIGITS) peer->size = (uint32_t)strtoul(peer->digits, NULL, 10);
  return peer->size <= STREAM_RUN;
}

static bool take(struct peer *peer, const uint8_t *bytes, size_t len) {
  if (peer->purpose == 0) {
    peer->purpose = (char)bytes[0];
    if (peer->purpose != PURPOSE_ECHO) {
      bytes++;
      len--;
    }
  }
  switch (peer->purpose) {
    case PURPOSE_ECHO:
      return send_back(peer, bytes, len);
    case PURPOSE_SINK:
      return take_stream(peer, bytes, len);
    case PURPOSE_SOURCE:
      return take_digits(peer, bytes, len);
    case PURPOSE_TAKEN:
      return tell_taken(peer);
    default:
      return false;
  }
}

/* Reads once. False when the connection is over. */
static bool take_some(struct peer *peer) {
  static _Thread_local uint8_t buffer[PURPOSE_READ_MAX];
  ssize_t got = read(peer->fd, buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN;
  return got > 0 && take(peer, buffer, (size_t)got);
}

static void *serve_blocking(void *context) {
  struct peer *peer = context;
  bool over = false;
  while (!over && (peer->size == 0 ? take_some(peer) : pour(peer, &over)))
    ;
  close(peer->fd);
  free(peer);
  return NULL;
}

static void watch(struct peer *peer, int operation, bool out) {
  /* Who echoes reads no more until the echo is out. */
  uint32_t in = out && peer->purpose == PURPOSE_ECHO ? 0 : EPOLLIN;
  struct epoll_event event = {.events = in | (out ? (uint32_t)EPOLLOUT : 0), .data.ptr = peer};
  peer->wants_out = out;
  if (epoll_ctl(epoll, operation, peer->fd, &event) < 0) die("epoll_ctl");
}

static void serve_ready(struct peer *peer, uint32_t events) {
  bool over = false;
  if (events & EPOLLOUT && peer->owed_len > 0) over = !send_back(peer, peer->owed, peer->owed_len);
  if (!over && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) over = !take_some(peer);
  /* A few writes, so that others get their turn. */
  for (int i = 0; i < 4 && !over && peer->size > 0 && pour(peer, &over); i++)
    ;
  bool out = peer->owed_len > 0 || peer->size > 0;
  if (over) {
    close(peer->fd);
    free(peer->owed);
    free(peer);
  } else if (out != peer->wants_out) {
    watch(peer, EPOLL_CTL_MOD, out);
  }
}

static void accept_one(int listener) {
  int on = 1;
  int fd = accept4(listener, NULL, NULL, epoll >= 0 ? SOCK_NONBLOCK | SOCK_CLOEXEC : SOCK_CLOEXEC);
  struct peer *peer = fd < 0 ? NULL : calloc(1, sizeof *peer);
  if (peer == NULL) return;
  peer->fd = fd;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (epoll >= 0) {
    watch(peer, EPOLL_CTL_ADD, false);
    return;
  }
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (pthread_create(&thread, &attributes, serve_blocking, peer) != 0) die("pthread_create");
}

static void serve_all(int listener) {
  struct epoll_event events[64], accepts = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &accepts) < 0) die("epoll_ctl");
  for (;;) {
    int count = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr == NULL) {
        accept_one(listener);
      } else {
        serve_ready(events[i].data.ptr, events[i].events);
      }
    }
  }
}

static int listen_on(uint16_t port) {
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (epoll >= 0 ? SOCK_NONBLOCK : 0), 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) die("listen");
  return fd;
}

int main(int argc, char **argv) {
  struct rlimit files;
  if (argc < 2) {
    fprintf(stderr, "usage: %s PORT [epoll|blocking]\n", argv[0]);
    return 2;
  }
  if (argc < 3 || strcmp(argv[2], "blocking") != 0) epoll = epoll_create1(EPOLL_CLOEXEC);
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  signal(SIGPIPE, SIG_IGN);
  stream_begin();
  int listener = listen_on((uint16_t)atoi(argv[1]));
  puts("ready");
  fflush(stdout);
  if (epoll >= 0) serve_all(listener);
  for (;;)
    accept_one(listener);
}
