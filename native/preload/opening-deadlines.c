#include "opening-deadlines.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "../state/lock.h"

struct pending {
  int fd;
  int64_t deadline_ms;
};

static struct ws_lock lock;
static bool locked_for_fork;
static struct pending pending[WS_DEADLINES_MAX];
static _Atomic int count;

static void remove_at(int index) {
  int last = atomic_load(&count) - 1;
  pending[index] = pending[last];
  atomic_store(&count, last);
}

bool ws_deadlines_add(int fd, int64_t deadline_ms) {
  bool owned = ws_lock_take(&lock);
  int at = atomic_load(&count);
  bool fits = at < WS_DEADLINES_MAX;
  if (fits) {
    pending[at] = (struct pending){fd, deadline_ms};
    atomic_store(&count, at + 1);
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return fits;
}

void ws_deadlines_remove(int fd) {
  if (atomic_load(&count) == 0) {
    return;
  }
  bool owned = ws_lock_take(&lock);
  for (int i = 0; i < atomic_load(&count); i++) {
    if (pending[i].fd == fd) {
      remove_at(i);
      break;
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

int64_t ws_deadlines_next(void) {
  if (atomic_load(&count) == 0) {
    return -1;
  }
  bool owned = ws_lock_take(&lock);
  int64_t next = -1;
  for (int i = 0; i < atomic_load(&count); i++) {
    if (next < 0 || pending[i].deadline_ms < next) {
      next = pending[i].deadline_ms;
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return next;
}

int ws_deadlines_take_expired(int64_t now_ms) {
  int fd = -1;
  if (atomic_load(&count) == 0) {
    return fd;
  }
  bool owned = ws_lock_take(&lock);
  for (int i = 0; i < atomic_load(&count) && fd < 0; i++) {
    if (pending[i].deadline_ms <= now_ms) {
      fd = pending[i].fd;
      remove_at(i);
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return fd;
}

void ws_deadlines_before_fork(void) {
  locked_for_fork = ws_lock_take(&lock);
}

void ws_deadlines_after_fork(void) {
  if (locked_for_fork) {
    ws_lock_release(&lock);
  }
}
