#include "idle.h"

#include <sys/socket.h>

#include "../core/limits.h"
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

int64_t ws_idle_look(int fd, struct ws_connection *connection, int64_t now_ms) {
  int64_t timeout_ms = ws_process.config.idle_timeout_ms;
  int64_t closed_ms = atomic_load(&connection->idle_since_ms);
  int64_t due_ms = closed_ms != 0 ? closed_ms + WS_ENDING_PATIENCE_MS : atomic_load(&connection->moved_ms) + timeout_ms;
  if (timeout_ms == 0) {
    return INT64_MAX;
  }
  if (now_ms < due_ms) {
    return due_ms;
  }
  if (closed_ms != 0) {
    break_off(fd, connection);
    return INT64_MAX;
  }
  say_goodbye(fd, connection, now_ms);
  return now_ms + WS_ENDING_PATIENCE_MS;
}
