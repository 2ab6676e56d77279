#define _GNU_SOURCE
#include "midstream.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"
#include "guard.h"
#include "lifetime.h"
#include "log.h"
#include "lowat.h"
#include "opening.h"
#include "real.h"
#include "recorder-link.h"
#include "relay-link.h"
#include "replies.h"
#include "table.h"

/* Those that a child of vfork has made are not in its parent's table. */
#define LOOKED_AT_LEAST (STDERR_FILENO + 1)

static bool is_open(const struct ws_connection *connection) {
  return atomic_load(&connection->phase) == WS_PHASE_OPEN && !atomic_load(&connection->write_closed);
}

static bool send_to_relay(int fd, struct ws_connection *connection, int end, int file) {
  struct ws_hand_over message = {.kind = WS_HAND_OVER_MIDSTREAM,
                                 .peer = connection->peer,
                                 .loopback = connection->loopback,
                                 .bytes_in = atomic_load(&connection->bytes_in),
                                 .bytes_out = atomic_load(&connection->bytes_out),
                                 .accepted_ms = atomic_load(&connection->accepted_ms),
                                 .encoder = connection->encoder};
  ws_state_decoder_get(ws_process.state, connection, &message.decoder);
  const int descriptors[] = {fd, end, file};
  return ws_relay_link_send(&message, descriptors, file >= 0 ? 3 : 2);
}

/* Nobody reads from it or writes to it any more in the name of this state, and its end is the relay's to log. */
static void retire(struct ws_connection *connection) {
  atomic_store(&connection->handed_over, true);
  connection->half_closed = true;
  ws_encoder_init(&connection->encoder, (enum ws_dialect)connection->encoder.dialect,
                  (enum ws_encoding)connection->encoder.encoding);
  atomic_store(&connection->write_closed, true);
  atomic_store(&connection->finished, true);
  atomic_store(&connection->phase, WS_PHASE_ENDED);
}

/* With the recording, if there is one. */
static bool send_all_to_relay(int fd, struct ws_connection *connection, int end) {
  int file = ws_recorder_link_file(connection);
  bool sent = send_to_relay(fd, connection, end, file);
  if (sent) {
    ws_recorder_link_handed_over(connection, file >= 0);
  }
  if (file >= 0) {
    ws_raw_syscall(SYS_close, file, 0, 0, 0, 0, 0);
  }
  return sent;
}

/* By the holder of both sides: what is kept goes out first, and a reply that waits goes along in the encoder. */
static bool hand_over_held(int fd, struct ws_connection *connection, int end) {
  ws_replies_send(fd, connection);
  ws_lowat_lower(fd, connection);
  if (!is_open(connection) || connection->kept_len > 0 || connection->reply.kind != WS_REPLY_NONE ||
      !send_all_to_relay(fd, connection, end)) {
    return false;
  }
  retire(connection);
  return true;
}

static bool hand_over_with(int fd, struct ws_connection *connection, int end) {
  WS_GUARD reading;
  WS_GUARD writing;
  bool both = ws_guard_try(&reading, fd, connection, WS_SIDE_READ);
  both &= ws_guard_try(&writing, fd, connection, WS_SIDE_WRITE);
  return both && hand_over_held(fd, connection, end);
}

static void replace(int fd, int end) {
  int flags = (int)ws_raw_syscall(SYS_fcntl, fd, F_GETFD, 0, 0, 0, 0);
  bool borrowed = ws_process_is_borrowed();
  ws_entry entry = borrowed ? WS_KIND_UNKNOWN : ws_table_take(fd);
  if (ws_entry_kind(entry) == WS_KIND_CONNECTION) {
    ws_lifetime_lost(entry);
  }
  ws_raw_syscall(SYS_dup3, end, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0, 0, 0, 0);
  if (!borrowed) {
    ws_table_enter_foreign(fd);
  }
}

static void replace_all(int first, struct ws_connection *connection, int end) {
  uint64_t cookie = connection->cookie;
  int table_end = ws_table_end();
  /* The one by which the connection was found is the last to go: with it may go the slot. */
  for (int fd = 0; fd < table_end || fd < LOOKED_AT_LEAST; fd++) {
    if (fd != first && ws_table_is_true(fd, connection) && connection->cookie == cookie) {
      replace(fd, end);
    }
  }
  replace(first, end);
}

static bool waits_as(int fd, int end) {
  long flags = ws_raw_syscall(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
  return ws_raw_syscall(SYS_fcntl, end, F_SETFL, flags & O_NONBLOCK, 0, 0, 0) == 0;
}

static void complete_handshake(int fd, struct ws_connection *connection) {
  if (ws_process_is_borrowed()) {
    return;
  }
  WS_GUARD guard;
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ)) {
    ws_opening_wait_held(fd, connection, SO_RCVTIMEO);
  }
}

bool ws_midstream_hand_over(int fd, struct ws_connection *connection) {
  int ends[2] = {-1, -1};
  complete_handshake(fd, connection);
  if (!is_open(connection) ||
      ws_raw_syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, (long)ends, 0, 0) != 0) {
    return false;
  }
  bool done = waits_as(fd, ends[0]) && hand_over_with(fd, connection, ends[1]);
  if (done) {
    ws_log_handed_over(connection, "exec");
    replace_all(fd, connection, ends[0]);
  }
  ws_raw_syscall(SYS_close, ends[0], 0, 0, 0, 0, 0);
  ws_raw_syscall(SYS_close, ends[1], 0, 0, 0, 0, 0);
  return done;
}
