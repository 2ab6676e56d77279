/* When all descriptors are in use, clients wait; the pump does not spin meanwhile, and they are served when there are some
 * again. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#define CLIENTS 4
#define WATCHED_MS 500

static double cpu_ms(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static void limit_descriptors(rlim_t most) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = most;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

int main(void) {
  struct harness harness;
  int clients[CLIENTS];
  harness_start(&harness);
  int fd = harness_listener();
  for (int i = 0; i < CLIENTS; i++) {
    clients[i] = harness_connect(fd);
    harness_write(clients[i], HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1);
  }
  rlim_t enough = 256;
  limit_descriptors((rlim_t)clients[CLIENTS - 1] + 1);
  CHECK(dup(fd) == -1);
  CHECK(ws_pump_listen(harness.pump, fd));

  double before = cpu_ms();
  CHECK(poll(NULL, 0, WATCHED_MS) == 0);
  CHECK(cpu_ms() - before < WATCHED_MS / 5.0);

  limit_descriptors(enough);
  for (int i = 0; i < CLIENTS; i++) {
    int target[2];
    uint64_t id = harness_await(&harness, WS_PUMP_WEBSOCKET).id;
    harness_pair(target);
    close(target[0]);
    CHECK(ws_pump_join(harness.pump, id, target[1], NULL));
  }
  for (int i = 0; i < CLIENTS; i++) {
    harness_read_answer(clients[i]);
    harness_expect(clients[i], "\xff\x00", 2);
    close(clients[i]);
  }
  harness_stop(&harness);
  return 0;
}
