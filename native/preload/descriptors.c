#define _GNU_SOURCE
#include "descriptors.h"

#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"
#include "epoll-watch.h"
#include "guard.h"
#include "holders.h"
#include "lifetime.h"
#include "listener.h"
#include "numbers.h"
#include "real.h"
#include "table.h"

/* The descriptor is about to mean nothing. In a child of vfork, whose descriptors are its own but whose memory is its parent's,
 * nothing that matters there is changed. */
static inline void let_go(int fd) {
  struct ws_connection *connection;
  switch (ws_entry_kind(ws_table_get(fd))) {
    case WS_KIND_LISTENER:
      if (!ws_process_is_borrowed()) {
        ws_table_forget(fd);
      }
      break;
    case WS_KIND_FOREIGN:
      ws_table_reset(fd);
      break;
    default:
      /* Unknown to us, but perhaps not to the tree: a connection that came over exec or a Unix socket. Or known, but not true
       * any more. */
      connection = ws_connection_of(fd);
      if (connection != NULL) {
        ws_guard_drop_left(connection, __builtin_frame_address(0));
        ws_lifetime_close(fd, WS_CLOSING_CLOSE);
      }
      break;
  }
  ws_watch_closed(fd);
}

int ws_descriptors_close(int fd) {
  if (fd >= 0 && ws_process_active()) {
    if (ws_process_owns(fd)) {
      errno = EBADF;
      return -1;
    }
    let_go(fd);
  }
  return REAL(close)(fd);
}

static bool within(unsigned first, unsigned last, int fd, unsigned *number) {
  *number = (unsigned)fd;
  return fd >= 0 && *number >= first && *number <= last;
}

/* Skips what is ours, in at most four steps. */
static int close_around(unsigned first, unsigned last, int flags) {
  unsigned own = 0;
  if (within(first, last, ws_process.config.state_fd, &own) || within(first, last, ws_process.config.log_fd, &own) ||
      within(first, last, ws_process.config.recorder_fd, &own)) {
    int result = own > first ? close_around(first, own - 1, flags) : 0;
    return result == 0 && own < last ? close_around(own + 1, last, flags) : result;
  }
  return REAL(close_range)(first, last, flags);
}

int ws_descriptors_close_range(unsigned first, unsigned last, int flags) {
  if (!ws_process_active() || first > last) {
    return REAL(close_range)(first, last, flags);
  }
  if (!((unsigned)flags & CLOSE_RANGE_CLOEXEC)) {
    unsigned end = (unsigned)ws_table_end();
    for (unsigned fd = first; fd < end && fd <= last; fd++) {
      if (!ws_process_owns((int)fd)) {
        let_go((int)fd);
      }
    }
  }
  return close_around(first, last, flags);
}

static bool close_number(int at, const char *name, void *context) {
  const int *first = context;
  int fd = atoi(name);
  if (fd >= *first && fd != at) {
    ws_descriptors_close(fd);
  }
  return false;
}

void ws_descriptors_close_from(int first) {
  first = first < 0 ? 0 : first;
  if (ws_descriptors_close_range((unsigned)first, ~0U, 0) != 0) {
    ws_each_number("/proc/self/fd", close_number, &first);
  }
}

int ws_descriptors_copied(int fd, int copy) {
  if (copy < 0 || !ws_process_active()) {
    return copy;
  }
  struct ws_connection *connection = ws_connection_of(fd);
  bool listener = ws_entry_kind(ws_table_get(fd)) == WS_KIND_LISTENER;
  if (connection == NULL && !listener && ws_table_get(copy) == WS_KIND_UNKNOWN) {
    return copy;
  }
  int saved = errno;
  ws_table_reset(copy);
  if (ws_process_is_borrowed()) {
    if (connection != NULL) {
      ws_holders_add_process(connection, (pid_t)ws_raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0));
    }
    errno = saved;
    return copy;
  }
  if (connection != NULL && copy < WS_TABLE_SIZE) {
    ws_table_enter(copy, ws_connection_slot(connection));
  } else if (listener) {
    ws_listener_recognise(copy);
  }
  errno = saved;
  return copy;
}

int ws_descriptors_dup_onto(int fd, int onto, int flags, bool same_is_fine) {
  if (ws_process_active() && fd != onto && onto >= 0) {
    if (ws_process_owns(fd)) {
      errno = EBADF;
      return -1;
    }
    if (ws_process_owns(onto) && !ws_process_is_borrowed()) {
      ws_process_vacate(onto);
    } else if (REAL(fcntl)(fd, F_GETFD) >= 0) {
      let_go(onto);
    }
  }
  int copy = same_is_fine ? REAL(dup2)(fd, onto) : REAL(dup3)(fd, onto, flags);
  return fd == onto ? copy : ws_descriptors_copied(fd, copy);
}

void ws_descriptors_set_nonblocking(int fd, bool nonblocking) {
  int saved = errno;
  struct ws_connection *connection = ws_connection_of(fd);
  if (connection != NULL) {
    atomic_store(&connection->nonblocking, nonblocking);
  } else {
    ws_listener_set_nonblocking(fd, nonblocking);
  }
  errno = saved;
}
