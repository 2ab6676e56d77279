#define _GNU_SOURCE
#include "waiting.h"

#include "heartbeat.h"
#include "listener.h"
#include "lowat.h"
#include "opening.h"
#include "reading.h"
#include "table.h"

#define NS 1000000000

bool ws_waiting_concerned(void) {
  /* An end of 0: no listener or connection was ever seen here, and none inherited. */
  return ws_process_active() && (ws_table_end() > 0 || ws_process_has_connections());
}

bool ws_waiting_confirms(int fd) {
  struct ws_connection *connection = ws_connection_remembered(fd);
  if (connection != NULL && atomic_load(&connection->nonblocking) && !ws_reading_counts_matter() &&
      ws_lowat_of(connection) == 1) {
    return true;
  }
  connection = ws_connection_of(fd);
  if (connection != NULL) {
    return ws_reading_settle(fd, connection);
  }
  ws_entry entry = ws_table_get(fd);
  if (ws_entry_kind(entry) == WS_KIND_LISTENER && !ws_listener_is_nonblocking(fd)) {
    return ws_listener_settle(fd, ws_entry_slot(entry));
  }
  return true;
}

bool ws_waiting_knows_better(int fd) {
  return ws_listener_any_waiting() && ws_listener_has_waiting(fd);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * NS + now.tv_nsec;
}

struct ws_wait ws_wait_begin_ms(int timeout_ms) {
  return (struct ws_wait){timeout_ms < 0 ? -1 : timeout_ms == 0 ? 0 : now_ns() + (int64_t)timeout_ms * 1000000, false};
}

struct ws_wait ws_wait_begin_timespec(const struct timespec *timeout) {
  if (timeout == NULL) {
    return (struct ws_wait){-1, true};
  }
  bool zero = timeout->tv_sec == 0 && timeout->tv_nsec == 0;
  bool huge = timeout->tv_sec > INT64_MAX / NS / 2;
  return (struct ws_wait){zero ? 0 : huge ? -1 : now_ns() + (int64_t)timeout->tv_sec * NS + timeout->tv_nsec, true};
}

static int64_t next_deadline(void) {
  int64_t opening = ws_opening_next_deadline();
  int64_t heartbeat = ws_heartbeat_next();
  heartbeat += heartbeat < 0 ? 0 : WS_HEARTBEAT_ROUGHLY_MS;
  return opening < 0 || (heartbeat >= 0 && heartbeat < opening) ? heartbeat : opening;
}

bool ws_waiting_has_deadline(void) {
  return next_deadline() >= 0;
}

const struct timespec *ws_wait_left(const struct ws_wait *wait, struct timespec *buffer) {
  int64_t until = wait->until_ns;
  if (ws_opening_next_deadline() >= 0) {
    ws_opening_expire();
  }
  ws_heartbeat_beat();
  int64_t deadline_ms = until == 0 ? -1 : next_deadline();
  if (deadline_ms >= 0 && (until < 0 || deadline_ms * 1000000 < until)) {
    until = deadline_ms * 1000000 + 1000000;
  }
  if (until < 0) {
    return NULL;
  }
  int64_t left = until == 0 ? 0 : until - now_ns();
  left = left < 0 ? 0 : left;
  *buffer = (struct timespec){.tv_sec = left / NS, .tv_nsec = left % NS};
  return buffer;
}

void ws_wait_rest(const struct ws_wait *wait, struct timespec *rest) {
  int64_t left = wait->until_ns - now_ns();
  left = left < 0 ? 0 : left;
  *rest = (struct timespec){.tv_sec = left / NS, .tv_nsec = left % NS};
}

bool ws_wait_is_over(const struct ws_wait *wait) {
  return wait->until_ns >= 0 && now_ns() >= wait->until_ns;
}
