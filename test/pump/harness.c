#define _GNU_SOURCE
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

void harness_check(bool good, const char *what) {
  if (!good) {
    fprintf(stderr, "failed: %s (%s)\n", what, strerror(errno));
    exit(1);
  }
}

static void notify(void *argument) {
  const struct harness *harness = argument;
  eventfd_write(harness->notified, 1);
}

void harness_start(struct harness *harness) {
  struct ws_pump_options options = {.max_connections = 10000, .buffer_bytes = 65536};
  *harness = (struct harness){.events = NULL};
  harness->notified = eventfd(0, EFD_CLOEXEC);
  harness->pump = ws_pump_create(&options, notify, harness);
  CHECK(harness->pump != NULL);
}

void harness_stop(struct harness *harness) {
  ws_pump_join_thread(harness->pump);
  ws_pump_free_events(harness->events, harness->count);
  close(harness->notified);
}

/* The next event, whatever it is. */
static struct ws_pump_event next(struct harness *harness) {
  while (harness->at == harness->count) {
    bool finished;
    eventfd_t number;
    ws_pump_free_events(harness->events, harness->count);
    harness->at = 0;
    harness->count = ws_pump_take_events(harness->pump, &harness->events, &finished);
    if (harness->count == 0) CHECK(eventfd_read(harness->notified, &number) == 0);
  }
  return harness->events[harness->at++];
}

struct ws_pump_event harness_await(struct harness *harness, enum ws_pump_event_kind kind) {
  for (;;) {
    struct ws_pump_event event = next(harness);
    if (event.kind == kind) {
      return event;
    }
    if (event.fd >= 0) {
      close(event.fd);
    }
  }
}

int harness_listener(void) {
  union ws_address address;
  ws_address_parse("127.0.0.1", 0, &address);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(bind(fd, &address.any, ws_address_len(&address)) == 0 && listen(fd, 128) == 0);
  return fd;
}

int harness_connect(int listener) {
  union ws_address address;
  socklen_t len = sizeof address;
  CHECK(getsockname(listener, &address.any, &len) == 0);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(connect(fd, &address.any, len) == 0);
  return fd;
}

void harness_pair(int ends[2]) {
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
}

void harness_read_answer(int fd) {
  char tail[4] = "";
  while (memcmp(tail, "\r\n\r\n", sizeof tail) != 0) {
    memmove(tail, tail + 1, sizeof tail - 1);
    CHECK(read(fd, &tail[3], 1) == 1);
  }
}

void harness_write(int fd, const void *bytes, size_t len) {
  CHECK(write(fd, bytes, len) == (ssize_t)len);
}

void harness_expect(int fd, const void *bytes, size_t len) {
  char *got = malloc(len);
  size_t at = 0;
  while (at < len) {
    ssize_t n = read(fd, got + at, len - at);
    CHECK(n > 0);
    at += (size_t)n;
  }
  CHECK(memcmp(got, bytes, len) == 0);
  free(got);
}

void *harness_take_all(void *fd) {
  char bytes[16384];
  while (read(*(int *)fd, bytes, sizeof bytes) > 0) {
  }
  return NULL;
}

void harness_expect_end(int fd) {
  char byte;
  CHECK(read(fd, &byte, 1) == 0);
}

void harness_go_round(struct harness *harness) {
  static const struct ws_pump_origins nowhere = {.secure = false};
  for (int i = 0; i < 3; i++) {
    int ends[2];
    harness_pair(ends);
    CHECK(ws_pump_adopt(harness->pump, ends[1], &nowhere));
    harness_write(ends[0], "nonsense\r\n", 10);
    shutdown(ends[0], SHUT_WR);
    harness_await(harness, WS_PUMP_REFUSED);
    close(ends[0]);
  }
}
