#define _GNU_SOURCE
#include "lifetime.h"

#include <errno.h>
#include <pthread.h>

#include "guard.h"
#include "holders.h"
#include "log.h"
#include "opening.h"
#include "passing.h"
#include "real.h"
#include "recorder-link.h"
#include "replies.h"

/* At exit, with more connections than this, other holders are believed without asking /proc for each. */
#define THOROUGH_MOST 64
#define DRAIN_STEP 4096
#define DRAIN_STEPS 256

static struct ws_connection *at(uint32_t slot) {
  return &ws_process.state->connections[slot];
}

void ws_lifetime_drain(int fd) {
  uint8_t dropped[DRAIN_STEP];
  for (int i = 0; i < DRAIN_STEPS && !ws_process.sandboxed && REAL(recv)(fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0;
       i++) {
  }
}

void ws_lifetime_free_if_unused(struct ws_connection *connection) {
  /* First, lest what is orphaned now be another connection than the one that is freed. */
  uint32_t generation = atomic_load(&connection->generation);
  if (ws_lock_held(&connection->read_lock) || ws_lock_held(&connection->write_lock)) {
    return;
  }
  if (atomic_load(&connection->orphaned)) {
    ws_state_free(ws_process.state, ws_connection_slot(connection), generation);
  }
}

static void free_soon(struct ws_connection *connection, uint32_t generation) {
  if (ws_state_orphan(ws_process.state, ws_connection_slot(connection), generation)) {
    ws_lifetime_free_if_unused(connection);
  }
}

static void log_end(struct ws_connection *connection, uint16_t code) {
  if (connection->opened) {
    if (connection->close_code == 0) {
      connection->close_code = code;
    }
    ws_log_closed(connection, ws_now_ms());
    ws_recorder_link_closed(connection);
  } else if (!connection->refused) {
    ws_log_refused(connection, WS_REFUSAL_ABANDONED, NULL);
  }
}

/* A thread that is in the middle of a read goes on with the frame that it has begun, and one that comes later finds the end:
 * behind what was dropped here nobody could tell where a frame begins. */
static void drain_unread(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  /* Whoever was killed with the lock does not go on. */
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ) || !ws_lock_held(&connection->read_lock)) {
    atomic_store(&connection->phase, WS_PHASE_ENDED);
    ws_lifetime_drain(fd);
  }
}

static void finish(int fd, struct ws_connection *connection, uint32_t generation) {
  if (!ws_state_finish(ws_process.state, ws_connection_slot(connection), generation)) {
    if (atomic_load(&connection->handed_over)) {
      free_soon(connection, generation);
    }
    return;
  }
  /* The rest of the request may have come since the last look. */
  if (ws_opening_step(fd, connection) == WS_PHASE_HANDSHAKE) {
    ws_opening_abandon(fd, connection);
  } else if (connection->opened) {
    if (atomic_load(&connection->phase) == WS_PHASE_OPEN) {
      ws_replies_close(fd, connection, 1000);
    }
    ws_replies_flush_last(fd, connection);
    drain_unread(fd, connection);
  }
  log_end(connection, 1000);
  free_soon(connection, generation);
}

void ws_lifetime_cut_off(int fd, struct ws_connection *connection, uint16_t code) {
  if (ws_opening_step(fd, connection) == WS_PHASE_OPEN) {
    connection->close_code = code;
    atomic_store(&connection->phase, WS_PHASE_ENDED);
    ws_replies_close(fd, connection, code);
  }
  finish(fd, connection, atomic_load(&connection->generation));
  REAL(shutdown)(fd, SHUT_RDWR);
}

static void abandon(struct ws_connection *connection, uint32_t generation) {
  if (!ws_holders_claim(connection, generation)) {
    return;
  }
  if (ws_state_finish(ws_process.state, ws_connection_slot(connection), generation)) {
    log_end(connection, 1006);
  }
  /* Also when somebody else has finished it: he may have been killed before he came to this. */
  free_soon(connection, generation);
  ws_holders_left(connection, generation);
}

static void leave_held(int fd, struct ws_connection *connection, uint32_t generation, bool thorough) {
  if (!ws_holders_leave(connection, generation)) {
    return;
  }
  if (!ws_holders_others(connection, generation, fd, thorough)) {
    finish(fd, connection, generation);
  }
  ws_holders_left(connection, generation);
  /* The others may have given up the connection meanwhile, and left it to this process. */
  abandon(connection, generation);
}

/* The process's last descriptor of the connection goes. */
static void leave(int fd, ws_entry entry, enum ws_closing how) {
  struct ws_connection *connection = at(ws_entry_slot(entry));
  bool thorough = how == WS_CLOSING_CLOSE || ws_table_end() < THOROUGH_MOST;
  int cancel_state;
  ws_opening_forget(fd);
  if (ws_process.sandboxed) {
    /* Nobody can be asked who else holds it, and nobody be waited for. */
    ws_holders_remove(connection, ws_entry_generation(entry));
    return;
  }
  /* A thread that was cancelled in between would be at work for ever. */
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  leave_held(fd, connection, ws_entry_generation(entry), thorough);
  pthread_setcancelstate(cancel_state, NULL);
}

void ws_lifetime_close(int fd, enum ws_closing how) {
  int saved = errno;
  if (ws_entry_kind(ws_table_get(fd)) == WS_KIND_CONNECTION && !ws_process_is_borrowed()) {
    ws_entry entry = ws_table_take(fd);
    uint32_t slot = ws_entry_slot(entry);
    if (ws_entry_kind(entry) == WS_KIND_CONNECTION) {
      if (!ws_table_is_true(fd, at(slot))) {
        /* Whether anybody else holds the connection cannot be seen through this number. */
        ws_lifetime_lost(entry);
      } else if (ws_table_unref(slot) || ws_table_prune(slot)) {
        leave(fd, entry, how);
      }
    }
  }
  errno = saved;
}

void ws_lifetime_lost(ws_entry entry) {
  if (ws_table_unref(ws_entry_slot(entry))) {
    ws_lifetime_left_behind(ws_entry_slot(entry), ws_entry_generation(entry));
  }
}

void ws_lifetime_left_behind(uint32_t slot, uint32_t generation) {
  ws_holders_remove(at(slot), generation);
  abandon(at(slot), generation);
}

void ws_lifetime_discard(int fd) {
  ws_entry entry = ws_table_take(fd);
  uint32_t slot = ws_entry_slot(entry);
  if (ws_entry_kind(entry) == WS_KIND_CONNECTION && ws_table_unref(slot)) {
    ws_opening_forget(fd);
    ws_state_free(ws_process.state, slot, ws_entry_generation(entry));
  }
}
