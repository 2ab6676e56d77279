/* Those who ask and the thread that does, under ThreadSanitizer: connections come, are connected, refused and closed from
 * several threads, also when they have ended already, and the pump is stopped in the middle of it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

#define CONNECTIONS 300
#define WORKERS 3

static const struct ws_pump_origins nowhere = {.secure = false};
static struct harness harness;
static _Atomic uint64_t latest;
static atomic_bool over;

/* The other side of everything: echoes until the end. */
static void *echo(void *argument) {
  int fd = (int)(intptr_t)argument;
  char bytes[256];
  ssize_t len;
  while ((len = read(fd, bytes, sizeof bytes)) > 0 && send(fd, bytes, (size_t)len, MSG_NOSIGNAL) == len) {
  }
  close(fd);
  return NULL;
}

static void decide(uint64_t id) {
  pthread_t thread;
  int target[2];
  if (id % 5 == 0) {
    ws_pump_refuse(harness.pump, id, WS_REFUSAL_BUSY);
    return;
  }
  harness_pair(target);
  CHECK(pthread_create(&thread, NULL, echo, (void *)(intptr_t)target[0]) == 0);
  pthread_detach(thread);
  CHECK(ws_pump_join(harness.pump, id, target[1], NULL));
  atomic_store(&latest, id);
}

static void *take_events(void *unused) {
  (void)unused;
  for (bool finished = false; !finished;) {
    struct ws_pump_event *events;
    size_t count = ws_pump_take_events(harness.pump, &events, &finished);
    for (size_t i = 0; i < count; i++) {
      if (events[i].kind == WS_PUMP_WEBSOCKET) decide(events[i].id);
    }
    ws_pump_free_events(events, count);
    usleep(100);
  }
  return NULL;
}

/* Calls that come too late, or to somebody who is in the middle of something. */
static void *meddle(void *unused) {
  (void)unused;
  while (!atomic_load(&over)) {
    int pair[2];
    harness_pair(pair);
    uint64_t id = atomic_load(&latest);
    ws_pump_join(harness.pump, id, pair[1], NULL);
    ws_pump_refuse(harness.pump, id + 1, WS_REFUSAL_BUSY);
    ws_pump_counters_now(harness.pump);
    close(pair[0]);
    usleep(500);
  }
  return NULL;
}

static void converse(int number) {
  int client[2];
  char bytes[512];
  harness_pair(client);
  CHECK(ws_pump_adopt(harness.pump, client[1], &nowhere));
  send(client[0], HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1, MSG_NOSIGNAL);
  send(client[0], "\0aGVsbG8=\xff", 10, MSG_NOSIGNAL);
  if (number % 3 != 0 && read(client[0], bytes, sizeof bytes) > 0 && number % 3 == 1) {
    send(client[0], "\xff\0", 2, MSG_NOSIGNAL);
    while (read(client[0], bytes, sizeof bytes) > 0) {
    }
  }
  close(client[0]);
}

static void *work(void *unused) {
  (void)unused;
  for (int i = 0; i < CONNECTIONS; i++) {
    converse(i);
    if (i == CONNECTIONS / 2) ws_pump_close_all(harness.pump, 1001);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[WORKERS];
  pthread_t taker;
  pthread_t meddler;
  harness_start(&harness);
  CHECK(pthread_create(&taker, NULL, take_events, NULL) == 0);
  CHECK(pthread_create(&meddler, NULL, meddle, NULL) == 0);
  for (int i = 0; i < WORKERS; i++) {
    CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
  }
  for (int i = 0; i < WORKERS; i++) {
    pthread_join(threads[i], NULL);
  }
  ws_pump_stop(harness.pump);
  pthread_join(taker, NULL);
  atomic_store(&over, true);
  pthread_join(meddler, NULL);
  CHECK(ws_pump_counters_now(harness.pump).open == 0);
  harness_stop(&harness);
  return 0;
}
