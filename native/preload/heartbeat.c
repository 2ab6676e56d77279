#define _GNU_SOURCE
#include "heartbeat.h"

#include <errno.h>

#include "guard.h"
#include "idle.h"
#include "progress.h"
#include "real.h"
#include "restart.h"
#include "socket-timeout.h"
#include "table.h"

#define LOOK_AT_HANDLERS_MS 1000

/* 0: nothing is ever due. In ms of CLOCK_MONOTONIC_COARSE, as all times here. */
static _Atomic int64_t next_ms;

static int64_t shorter_of(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Nothing is due sooner than that after a connection has come, or been looked at. 0: nothing ever. */
static int64_t shortest_period(void) {
  const struct ws_config *config = &ws_process.config;
  int64_t period = config->idle_timeout_ms;
  if (config->heartbeat_ms > 0) {
    int64_t beat = shorter_of(config->heartbeat_ms, config->pong_timeout_ms);
    period = period > 0 ? shorter_of(period, beat) : beat;
  }
  return period;
}

void ws_heartbeat_note(struct ws_connection *connection) {
  atomic_store_explicit(&connection->heard_ms, ws_now_roughly_ms(), memory_order_relaxed);
}

void ws_heartbeat_expect(void) {
  int64_t period = shortest_period();
  if (period == 0) {
    return;
  }
  int64_t due = ws_now_roughly_ms() + period;
  int64_t next = atomic_load(&next_ms);
  while ((next == 0 || due < next) && !atomic_compare_exchange_weak(&next_ms, &next, due)) {
  }
}

int64_t ws_heartbeat_next(void) {
  int64_t next = ws_process.sandboxed ? 0 : atomic_load_explicit(&next_ms, memory_order_relaxed);
  return next == 0 ? -1 : next;
}

/* Whoever is busy with the write side is sending, and needs no Ping yet. Leaving the guard's scope sends. Hixie has no Ping. */
static bool ping(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  if (!ws_guard_try(&guard, fd, connection, WS_SIDE_WRITE) || connection->kept_len > 0 ||
      !ws_encoder_idle(&connection->encoder) || !ws_encoder_ping(&connection->encoder, NULL, 0) ||
      !ws_encoder_has_pending(&connection->encoder)) {
    return false;
  }
  atomic_store(&connection->reply_due, true);
  return true;
}

/* The socket may have got another owner since it was found. */
static void give_up(int fd, struct ws_connection *connection) {
  if (ws_table_is_true(fd, connection)) {
    atomic_store(&connection->given_up, true);
    REAL(shutdown)(fd, SHUT_RDWR);
  }
}

/* Both return when the connection wants to be looked at again. */

static int64_t look_for_pong(int fd, struct ws_connection *connection, int64_t now) {
  int64_t timeout = ws_process.config.pong_timeout_ms;
  int64_t pinged = atomic_load(&connection->pinged_ms);
  if (now - pinged < timeout) {
    return pinged + timeout;
  }
  /* A Ping lies behind what was sent before it: a slow client that takes some of that has more time. */
  if (!ws_progress_note(fd, connection, &connection->to_ping).taken) {
    give_up(fd, connection);
    return INT64_MAX;
  }
  atomic_store(&connection->pinged_ms, now);
  return now + timeout;
}

static int64_t look_for_silence(int fd, struct ws_connection *connection, int64_t now) {
  const struct ws_config *config = &ws_process.config;
  int64_t heard = atomic_load(&connection->heard_ms);
  if (now - heard < config->heartbeat_ms) {
    return heard + config->heartbeat_ms;
  }
  /* Noted first: the answer may be read by another thread before this one goes on. */
  ws_progress_note(fd, connection, &connection->to_ping);
  atomic_store(&connection->pinged_ms, now);
  if (ping(fd, connection)) {
    return now + config->pong_timeout_ms;
  }
  atomic_store(&connection->pinged_ms, 0);
  return now + config->heartbeat_ms;
}

static int64_t look_at_heartbeat(int fd, struct ws_connection *connection, int64_t now) {
  if (ws_process.config.heartbeat_ms == 0 || atomic_load(&connection->write_closed)) {
    return INT64_MAX;
  }
  int64_t pinged = atomic_load(&connection->pinged_ms);
  /* What has come may be the Pong. */
  if (pinged != 0 && atomic_load(&connection->heard_ms) < pinged &&
      ws_progress_is_arriving(fd, connection, &connection->to_ping)) {
    atomic_store(&connection->heard_ms, now);
  }
  if (pinged != 0 && atomic_load(&connection->heard_ms) >= pinged) {
    atomic_store(&connection->pinged_ms, 0);
    pinged = 0;
  }
  return pinged != 0 ? look_for_pong(fd, connection, now) : look_for_silence(fd, connection, now);
}

static int64_t look(int fd, struct ws_connection *connection, int64_t now) {
  if (connection == NULL || atomic_load(&connection->phase) != WS_PHASE_OPEN) {
    return INT64_MAX;
  }
  int64_t idle = ws_idle_look(fd, connection, now);
  return shorter_of(idle, look_at_heartbeat(fd, connection, now));
}

void ws_heartbeat_beat(void) {
  int64_t due = ws_heartbeat_next();
  int64_t rough_now = ws_now_roughly_ms();
  int64_t soonest = rough_now + shortest_period();
  /* Of several threads one does it, and of a child of vfork its parent, whose memory this is, at the next occasion. */
  if (due < 0 || rough_now < due || !atomic_compare_exchange_strong(&next_ms, &due, soonest) ||
      ws_process_is_borrowed()) {
    return;
  }
  int saved = errno;
  int end = ws_table_end();
  for (int fd = 0; fd < end; fd++) {
    struct ws_connection *connection = ws_connection_remembered(fd) != NULL ? ws_connection_of(fd) : NULL;
    soonest = shorter_of(soonest, look(fd, connection, rough_now));
  }
  due = atomic_load(&next_ms);
  while (soonest < due && !atomic_compare_exchange_weak(&next_ms, &due, soonest)) {
  }
  errno = saved;
}

/* poll(2) is interrupted by every signal, read(2) is not: when the program's handlers differ in that, nobody tells which of them
 * has run, and the read had better not be cut into parts. Programs install their handlers early, so that it is enough to look
 * now and then. */
static bool can_be_cut(void) {
  static _Atomic int64_t looked_ms;
  static _Atomic bool differ;
  int64_t now = ws_now_roughly_ms();
  if (now - atomic_load(&looked_ms) >= LOOK_AT_HANDLERS_MS) {
    atomic_store(&looked_ms, now);
    atomic_store(&differ, ws_signals() == WS_SIGNALS_DIFFER);
  }
  return !atomic_load(&differ);
}

bool ws_heartbeat_wait_readable(int fd, struct ws_connection *connection) {
  if (ws_heartbeat_next() < 0 || !can_be_cut() || ws_socket_timeout_ms(fd, SO_RCVTIMEO) >= 0) {
    return true;
  }
  for (;;) {
    ws_heartbeat_beat();
    int64_t left = ws_heartbeat_next() + WS_HEARTBEAT_ROUGHLY_MS - ws_now_ms();
    struct pollfd readable = {.fd = fd, .events = POLLIN | POLLRDHUP};
    int result;
    WS_BLOCKING(result, REAL(poll)(&readable, 1, left < 1 ? 1 : left > INT32_MAX ? INT32_MAX : (int)left));
    if (result > 0) {
      return true;
    }
    if (result < 0 && (errno != EINTR || ws_signals() != WS_SIGNALS_RESTART)) {
      return false;
    }
    if (!ws_table_still(fd, connection)) {
      errno = EBADF;
      return false;
    }
  }
}
