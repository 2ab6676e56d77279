/* Sockets of which somebody else holds a copy: closing the pump's own neither ends them nor takes them out of the epoll
 * set. What the pump has freed must not be touched when something happens to them later; AddressSanitizer would see. */
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

static const struct ws_pump_origins nowhere = {.secure = false};

static void listener(struct harness *harness) {
  int fd = harness_listener();
  int other = harness_listener();
  CHECK(ws_pump_listen(harness->pump, dup(fd)) && ws_pump_listen(harness->pump, other));
  CHECK(ws_pump_stop_listening(harness->pump));
  harness_go_round(harness);
  int client = harness_connect(fd);
  harness_write(client, "x", 1);
  harness_go_round(harness);
  /* It is there for whoever listens still. */
  int accepted = accept(fd, NULL, NULL);
  harness_expect(accepted, "x", 1);
  close(accepted);
  close(client);
  close(fd);
}

static void client_and_target(struct harness *harness) {
  int client[2];
  int target[2];
  harness_pair(client);
  harness_pair(target);
  int copies[] = {dup(client[1]), dup(target[1])};
  harness_write(client[0], HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1);
  CHECK(ws_pump_adopt(harness->pump, client[1], &nowhere));
  uint64_t id = harness_await(harness, WS_PUMP_WEBSOCKET).id;
  CHECK(ws_pump_join(harness->pump, id, target[1], NULL));
  harness_read_answer(client[0]);
  harness_write(client[0], "\xff\x00", 2);
  harness_expect(client[0], "\xff\x00", 2);
  harness_expect_end(client[0]);
  harness_expect_end(target[0]);
  shutdown(target[0], SHUT_WR);
  CHECK(harness_await(harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_CLIENT);
  shutdown(client[0], SHUT_WR);
  harness_go_round(harness);
  for (int i = 0; i < 2; i++) {
    close(client[0]);
    close(target[0]);
    harness_go_round(harness);
    close(copies[i]);
  }
}

static void refused(struct harness *harness) {
  int client[2];
  harness_pair(client);
  int copy = dup(client[1]);
  CHECK(ws_pump_adopt(harness->pump, client[1], &nowhere));
  harness_write(client[0], "GET / HTTP/1.1\r\nnonsense\r\n", 26);
  harness_await(harness, WS_PUMP_REFUSED);
  shutdown(client[0], SHUT_WR);
  harness_go_round(harness);
  close(client[0]);
  harness_go_round(harness);
  close(copy);
}

int main(void) {
  struct harness harness;
  harness_start(&harness);
  listener(&harness);
  client_and_target(&harness);
  refused(&harness);
  harness_stop(&harness);
  return 0;
}
