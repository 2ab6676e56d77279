#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "lifetime.h"
#include "pin.h"
#include "replies.h"
#include "table.h"

static struct ws_lock *lock_of(struct ws_connection *connection, enum ws_side side) {
  return side == WS_SIDE_READ ? &connection->read_lock : &connection->write_lock;
}

/* A guard is put here before its lock is taken and removed after it is released, so that a signal handler that finds the lock
 * to be its own thread's finds the guard too. */
static _Thread_local struct ws_guard *volatile innermost __attribute__((tls_model("initial-exec")));

bool ws_guard_try(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side) {
  *guard = (struct ws_guard){.connection = connection, .fd = fd, .side = side, .outer = innermost};
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &guard->cancel_state);
  innermost = guard;
  guard->owned = ws_lock_try(lock_of(connection, side));
  return guard->owned;
}

/* The calling thread holds the lock already. Either this is a signal handler on top of the holder, whose guard is then further
 * up the stack than what is here; or a handler has jumped out of the holder (longjmp), whose guard was where the stack is in
 * use again. */
static bool was_jumped_over(const struct ws_guard *holder, const void *here) {
  stack_t stack;
  return holder != NULL && (uintptr_t)holder <= (uintptr_t)here && sigaltstack(NULL, &stack) == 0 &&
         !(stack.ss_flags & SS_ONSTACK);
}

static void drop(struct ws_lock *lock) {
  if (ws_lock_is_mine(lock)) {
    ws_lock_release(lock);
  }
}

void ws_guard_drop_left(struct ws_connection *connection, const void *here) {
  if (__builtin_expect(innermost != NULL, 0) && was_jumped_over(innermost, here)) {
    /* Its memory is in use for something else by now. */
    innermost = NULL;
    drop(&connection->read_lock);
    drop(&connection->write_lock);
  }
}

bool ws_guard_begin(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side, int flags) {
  if (pthread_testcancel != NULL) {
    pthread_testcancel();
  }
  if (ws_guard_try(guard, fd, connection, side)) {
    return true;
  }
  struct ws_lock *lock = lock_of(connection, side);
  if (ws_lock_is_mine(lock)) {
    guard->owned = was_jumped_over(guard->outer, guard);
    return true;
  }
  if ((flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking)) {
    errno = EAGAIN;
    return false;
  }
  guard->owned = ws_lock_take(lock);
  return true;
}

/* A reply that arrived while the write side was taken is its owner's to send; he looks again after letting go. Not when the
 * descriptor has come to mean something else meanwhile. */
static void release_write_side(struct ws_guard *guard) {
  struct ws_connection *connection = guard->connection;
  struct ws_lock *lock = &connection->write_lock;
  do {
    int pinned = ws_pin_held(connection);
    int own = pinned >= 0 ? pinned : guard->fd;
    bool sends = atomic_load(&connection->reply_due) && (pinned >= 0 || guard->last || ws_table_still(own, connection));
    bool sent = sends && ws_replies_send(own, connection);
    ws_lock_release(lock);
    if (!sent) {
      return;
    }
  } while (atomic_load(&connection->reply_due) && ws_lock_try(lock));
}

void ws_guard_end(struct ws_guard *guard) {
  if (guard->owned) {
    struct ws_connection *connection = guard->connection;
    guard->owned = false;
    if (guard->side == WS_SIDE_WRITE) {
      release_write_side(guard);
      ws_pin_end(connection);
    } else {
      ws_lock_release(&connection->read_lock);
    }
    if (__builtin_expect(atomic_load(&connection->orphaned), 0)) {
      ws_lifetime_free_if_unused(connection);
    }
  }
  innermost = guard->outer;
  pthread_setcancelstate(guard->cancel_state, NULL);
}

/* By the guard of the call, which is the innermost one while it waits. */
void ws_guard_allow_cancel(bool allow) {
  if (innermost != NULL && innermost->cancellable) {
    pthread_setcancelstate(allow ? innermost->cancel_state : PTHREAD_CANCEL_DISABLE, NULL);
  }
}

void ws_guard_cancelled(void *guard) {
  ws_guard_end(guard);
}
