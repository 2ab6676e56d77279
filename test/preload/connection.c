#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/preload/opening.h"
#include "../../native/preload/process.h"

_Noreturn void connection_fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno));
  exit(1);
}

void connection_put(int fd, const void *bytes, size_t len) {
  if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len) connection_fail("send");
}

static void take_answer(int client) {
  static const char end[] = "\r\n\r\n";
  size_t matched = 0;
  char byte;
  while (matched < sizeof end - 1) {
    if (recv(client, &byte, 1, 0) != 1) connection_fail("the answer");
    matched = byte == end[matched] ? matched + 1 : byte == end[0];
  }
}

struct ends connection_open(void) {
  static const char request[] =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  union ws_address address = {.v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}}};
  socklen_t len = sizeof address.v4;
  struct ends ends = {.client = socket(AF_INET, SOCK_STREAM, 0)};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, &address.any, len) < 0 || listen(listener, 1) < 0) connection_fail("listen");
  getsockname(listener, &address.any, &len);
  if (connect(ends.client, &address.any, len) < 0) connection_fail("connect");
  connection_put(ends.client, request, sizeof request - 1);
  ends.server = accept(listener, NULL, NULL);
  close(listener);
  if (!ws_opening_admit(ends.server, &address, &address, false)) connection_fail("the handshake");
  take_answer(ends.client);
  return ends;
}

void connection_begin(void) {
  ws_process.config.state_fd = ws_state_create();
  ws_process.config.log_fd = -1;
  ws_process.config.handshake_timeout_ms = 10000;
  ws_process.pid = getpid();
  ws_process.state = ws_state_map(ws_process.config.state_fd);
  if (ws_process.state == NULL) connection_fail("the shared state");
}

int connection_end(void) {
  uint32_t live = atomic_load(&ws_process.state->live);
  if (live != 0) fprintf(stderr, "%u connections are left in the state\n", live);
  return live != 0;
}
