/* Threads on one connection, under ThreadSanitizer: one reads, one writes, one looks whether there is something to read,
 * one makes and closes copies of the descriptor, while the client sends frames and Pings. The library's parts are linked
 * into the program without the exported functions, which would be in the sanitizer's way. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/opening.h"
#include "../../native/preload/reading.h"
#include "../../native/preload/table.h"
#include "../../native/preload/writing.h"

#define BYTES 300000
#define CONNECTIONS 8

struct ends {
  int server, client;
  _Atomic bool over;
};

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno));
  exit(1);
}

static void put(int fd, const void *bytes, size_t len) {
  if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len) fail("send");
}

static struct ends open_connection(void) {
  static const char request[] =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  union ws_address address = {.v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}}};
  socklen_t len = sizeof address.v4;
  struct ends ends = {.client = socket(AF_INET, SOCK_STREAM, 0)};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, &address.any, len) < 0 || listen(listener, 1) < 0) fail("listen");
  getsockname(listener, &address.any, &len);
  if (connect(ends.client, &address.any, len) < 0) fail("connect");
  put(ends.client, request, sizeof request - 1);
  ends.server = accept(listener, NULL, NULL);
  close(listener);
  if (!ws_opening_admit(ends.server, &address, &address, false)) fail("the handshake");
  return ends;
}

/* The client's frames, of 100 zero bytes each, unmasked by a mask of zeros, with a Ping behind each. */
static void *send_frames(void *context) {
  struct ends *ends = context;
  static const char frame[106] = {(char)0x82, (char)(0x80 | 100)}, ping[7] = {(char)0x89, (char)0x81, 0, 0, 0, 0, 'p'};
  for (int i = 0; i < BYTES / 100; i++) {
    put(ends->client, frame, sizeof frame);
    put(ends->client, ping, sizeof ping);
  }
  return NULL;
}

static void *drain_client(void *context) {
  struct ends *ends = context;
  char buffer[4096];
  while (recv(ends->client, buffer, sizeof buffer, 0) > 0) {
  }
  return NULL;
}

static void *read_all(void *context) {
  struct ends *ends = context;
  char buffer[1000];
  size_t got = 0;
  while (got < BYTES) {
    struct iovec iov = {buffer, sizeof buffer};
    ssize_t n = ws_reading_receive(ends->server, ws_connection_of(ends->server), &iov, 1, 0);
    if (n <= 0) fail("read");
    got += (size_t)n;
  }
  atomic_store(&ends->over, true);
  return NULL;
}

static void *write_all(void *context) {
  struct ends *ends = context;
  char buffer[700] = {0};
  for (int i = 0; i < BYTES / 700; i++) {
    struct iovec iov = {buffer, sizeof buffer};
    if (ws_writing_send(ends->server, ws_connection_of(ends->server), &iov, 1, 0) != sizeof buffer) fail("write");
  }
  return NULL;
}

static void *look(void *context) {
  struct ends *ends = context;
  while (!atomic_load(&ends->over)) {
    ws_reading_settle(ends->server, ws_connection_of(ends->server));
    ws_reading_available(ends->server, ws_connection_of(ends->server));
  }
  return NULL;
}

static void *copy(void *context) {
  struct ends *ends = context;
  while (!atomic_load(&ends->over)) {
    int fd = ws_descriptors_copied(ends->server, dup(ends->server));
    if (fd < 0 || ws_connection_of(fd) == NULL) fail("dup");
    ws_descriptors_set_nonblocking(fd, false);
    ws_descriptors_close(fd);
  }
  return NULL;
}

static void *use_connection(void *context) {
  static void *(*const parts[])(void *) = {send_frames, drain_client, read_all, write_all, look, copy};
  enum { PARTS = sizeof parts / sizeof *parts };
  pthread_t threads[PARTS];
  struct ends ends = open_connection();
  (void)context;
  for (int i = 0; i < PARTS; i++)
    pthread_create(&threads[i], NULL, parts[i], &ends);
  for (int i = 0; i < PARTS; i++)
    if (i != 1) pthread_join(threads[i], NULL);
  ws_descriptors_close(ends.server);
  pthread_join(threads[1], NULL);
  close(ends.client);
  return NULL;
}

int main(void) {
  pthread_t connections[CONNECTIONS];
  ws_process.config.state_fd = ws_state_create();
  ws_process.config.log_fd = -1;
  ws_process.config.handshake_timeout_ms = 10000;
  ws_process.pid = getpid();
  ws_process.state = ws_state_map(ws_process.config.state_fd);
  if (ws_process.state == NULL) fail("the shared state");
  for (int i = 0; i < CONNECTIONS; i++)
    pthread_create(&connections[i], NULL, use_connection, NULL);
  for (int i = 0; i < CONNECTIONS; i++)
    pthread_join(connections[i], NULL);
  uint32_t live = atomic_load(&ws_process.state->live);
  if (live != 0) {
    fprintf(stderr, "%u connections are left in the state\n", live);
    return 1;
  }
  return 0;
}
