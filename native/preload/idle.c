#include "idle.h"

#include <sys/socket.h>

#include "../core/limits.h"
#include "progress.h"
#include "real.h"
#include "replies.h"
#include "table.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_GOING_AWAY 1001

/* The first write that follows is dropped, as when the client has left: it was begun in good faith. */
static void say_goodbye(int fd, struct ws_connection *connection, int64_t now_ms) {
  atomic_store(&connection->idle_since_ms, now_ms);
  atomic_store(&connection->grace, !atomic_load(&connection->write_closed));
  if (connection->close_code == 0) {
    connection->close_code = CLOSE_GOING_AWAY;
  }
  ws_replies_close(fd, connection, CLOSE_GOING_AWAY);
}

/* The socket may have got another owner since it was found. */
static void break_off(int fd, struct ws_connection *connection) {
  if (ws_table_is_true(fd, connection)) {
    REAL(shutdown)(fd, SHUT_RDWR);
  }
}

/* Payload moves to the client. Whether a slow one takes what lies before it, and whether a thread that is in a call has sent
 * something, shows at the second look only. */
static bool moves_out(int fd, struct ws_connection *connection, bool writing) {
  struct ws_progress_made made = ws_progress_note(fd, connection, &connection->to_idle);
  return made.taken || made.behind || (writing && made.sent);
}

/* True for one of those who find at the same time that it is time for a look. The next one is due by `now_ms`. */
static bool takes_look(_Atomic int64_t *since_ms, int64_t seen_ms, int64_t now_ms) {
  return atomic_compare_exchange_strong(since_ms, &seen_ms, now_ms);
}

static int64_t look_at_close(int fd, struct ws_connection *connection, int64_t closed_ms, int64_t now_ms) {
  if (now_ms < closed_ms + WS_ENDING_PATIENCE_MS) {
    return closed_ms + WS_ENDING_PATIENCE_MS;
  }
  if (takes_look(&connection->idle_since_ms, closed_ms, now_ms) &&
      !ws_progress_note(fd, connection, &connection->to_idle).taken) {
    break_off(fd, connection);
    return INT64_MAX;
  }
  return now_ms + WS_ENDING_PATIENCE_MS;
}

int64_t ws_idle_look(int fd, struct ws_connection *connection, int64_t now_ms) {
  int64_t timeout_ms = ws_process.config.idle_timeout_ms;
  int64_t closed_ms = atomic_load(&connection->idle_since_ms);
  int64_t moved_ms = atomic_load(&connection->moved_ms);
  if (timeout_ms == 0) {
    return INT64_MAX;
  }
  if (closed_ms != 0) {
    return look_at_close(fd, connection, closed_ms, now_ms);
  }
  /* 0: it was found open, and is another one by now, whose handshake is not complete. */
  if (moved_ms == 0) {
    return now_ms + timeout_ms;
  }
  if (now_ms < moved_ms + timeout_ms) {
    return moved_ms + timeout_ms;
  }
  /* Asked before the look is taken: payload that was moved by then, and shows in neither answer, is noted, and the look is lost. */
  bool arriving = ws_progress_is_arriving(fd, connection, &connection->to_idle);
  bool writing = ws_lock_held(&connection->write_lock);
  if (!takes_look(&connection->moved_ms, moved_ms, now_ms) || moves_out(fd, connection, writing) || arriving) {
    return now_ms + timeout_ms;
  }
  say_goodbye(fd, connection, now_ms);
  return now_ms + WS_ENDING_PATIENCE_MS;
}
