/* A thread for each connection, which echoes; the main thread waits in poll. After the first echo its next call that moves bytes
 * is paused, for ms=N, as pausing_library.h says. Words:
 *   writing    a call that writes; otherwise one that reads
 *   nonblock   the connection does not block
 *   limited    a read has a time limit (SO_RCVTIMEO), and a write one of 0.1 s
 *   looking    looks (MSG_PEEK) before it reads
 *   spinning   a read does not wait, but is tried again at once
 *   flooding   it does not echo, but writes as long as it can */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "pausing_library.h"
#include "server.h"

#define LIMIT_SECONDS 60

static void wait_for(int fd) {
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  if (poll(&readable, 1, -1) != 1) server_fail("poll");
}

static ssize_t read_some(int fd, char *bytes, size_t len) {
  for (;;) {
    if (server_word("looking") && recv(fd, bytes, len, MSG_PEEK) < 0) return -1;
    ssize_t result = read(fd, bytes, len);
    if (result >= 0 || errno != EAGAIN) return result;
    if (!server_word("spinning")) wait_for(fd);
  }
}

static void set_limits(int fd) {
  const struct timeval reading = {.tv_sec = LIMIT_SECONDS};
  const struct timeval writing = {.tv_usec = 100 * 1000};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &reading, sizeof reading) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &writing, sizeof writing) != 0)
    server_fail("setsockopt");
}

static void flood(int fd) {
  static const char bytes[BUFFER_BYTES];
  ssize_t result;
  do
    result = write(fd, bytes, sizeof bytes);
  while (result > 0 || errno == EAGAIN);
  server_ended(result);
}

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  int ms = atoi(server_value("ms", "0"));
  char bytes[64]; /* a frame may come whole */
  ssize_t result;
  if (server_word("nonblock") || server_word("spinning")) server_set_nonblocking(fd);
  if (server_word("limited")) set_limits(fd);
  if (server_word("flooding")) flood(fd);
  while ((result = read_some(fd, bytes, sizeof bytes)) > 0 && server_write_all(fd, bytes, (size_t)result)) {
    pausing_next(server_word("writing") ? PAUSING_WRITE : PAUSING_READ, ms);
    ms = 0;
  }
  server_ended(result);
  close(fd);
  return NULL;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    pthread_t thread;
    wait_for(listener);
    int fd = server_accept(listener);
    if (fd >= 0 && (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0 || pthread_detach(thread) != 0))
      server_fail("thread");
  }
}
