#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <sys/socket.h>

#include "lifetime.h"
#include "replies.h"

static struct ws_lock *lock_of(struct ws_connection *connection, enum ws_side side) {
  return side == WS_SIDE_READ ? &connection->read_lock : &connection->write_lock;
}

static void fill(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side, bool owned) {
  *guard = (struct ws_guard){.connection = connection, .fd = fd, .side = side, .owned = owned};
}

bool ws_guard_try(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side) {
  bool owned = ws_lock_try(lock_of(connection, side));
  fill(guard, fd, connection, side, owned);
  return owned;
}

bool ws_guard_begin(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side, int flags) {
  if (ws_guard_try(guard, fd, connection, side)) {
    return true;
  }
  if ((flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking)) {
    errno = EAGAIN;
    return false;
  }
  guard->owned = ws_lock_take(lock_of(connection, side));
  return true;
}

void ws_guard_end(struct ws_guard *guard) {
  if (!guard->owned) {
    return;
  }
  struct ws_connection *connection = guard->connection;
  struct ws_lock *lock = lock_of(connection, guard->side);
  guard->owned = false;
  if (guard->side == WS_SIDE_WRITE) {
    /* A reply that arrived while the side was taken is ours to send; look again after letting go. */
    do {
      if (atomic_load(&connection->reply_due) && !ws_replies_send(guard->fd, connection)) {
        ws_lock_release(lock);
        break;
      }
      ws_lock_release(lock);
    } while (atomic_load(&connection->reply_due) && ws_lock_try(lock));
  } else {
    ws_lock_release(lock);
  }
  if (__builtin_expect(atomic_load(&connection->orphaned), 0)) {
    ws_lifetime_free_if_unused(connection);
  }
}

void ws_guard_cancelled(void *guard) {
  ws_guard_end(guard);
}
