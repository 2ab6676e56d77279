/* A socket whose attempt to connect has failed before the pump gets it. The error is told but once. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

static const struct ws_pump_origins nowhere = {.secure = false};

/* Nobody listens there any more. */
static int failed_attempt(void) {
  int listener = harness_listener();
  union ws_address address;
  socklen_t len = sizeof address;
  CHECK(getsockname(listener, &address.any, &len) == 0);
  close(listener);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK(connect(fd, &address.any, len) == -1 && errno == EINPROGRESS);
  struct pollfd over = {.fd = fd, .events = POLLOUT};
  CHECK(poll(&over, 1, -1) == 1);
  return fd;
}

int main(void) {
  struct harness harness;
  int client[2];
  harness_start(&harness);
  harness_pair(client);
  harness_write(client[0], HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1);
  CHECK(ws_pump_adopt(harness.pump, client[1], &nowhere));
  uint64_t id = harness_await(&harness, WS_PUMP_WEBSOCKET).id;
  CHECK(ws_pump_join(harness.pump, id, failed_attempt(), NULL));
  harness_expect(client[0], "HTTP/1.1 502 ", 13);
  CHECK(harness_await(&harness, WS_PUMP_REFUSED).refusal == WS_REFUSAL_TARGET_REFUSED);
  close(client[0]);
  harness_stop(&harness);
  return 0;
}
