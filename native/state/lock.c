#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#include "liveness.h"
#include "raw-syscall.h"

#define WAITERS 0x80000000u
#define OWNER(word) ((word) & ~WAITERS)

/* A waiter looks after this time whether the owner is still alive. Only an owner that was killed makes it matter. */
static const struct timespec recheck = {.tv_sec = 0, .tv_nsec = 100 * 1000 * 1000};

static _Thread_local uint32_t self;

uint32_t ws_lock_self(void) {
  if (self == 0) {
    self = (uint32_t)ws_raw_syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
  }
  return self;
}

void ws_lock_forked(void) {
  self = 0;
}

bool ws_lock_try(struct ws_lock *lock) {
  uint32_t expected = 0;
  return atomic_compare_exchange_strong_explicit(&lock->word, &expected, ws_lock_self(), memory_order_acquire,
                                                 memory_order_relaxed);
}

/* Waits once; takes the lock over when its owner is dead. True when the caller has it now. */
static bool wait_or_inherit(struct ws_lock *lock, uint32_t seen) {
  if (!(seen & WAITERS)) {
    if (!atomic_compare_exchange_strong(&lock->word, &seen, seen | WAITERS)) {
      return false;
    }
    seen |= WAITERS;
  }
  long result = ws_raw_syscall(SYS_futex, (long)&lock->word, FUTEX_WAIT, (long)seen, (long)&recheck, 0, 0);
  if (result != -ETIMEDOUT || ws_liveness_of_thread(OWNER(seen))) {
    return false;
  }
  return atomic_compare_exchange_strong(&lock->word, &seen, ws_lock_self() | WAITERS);
}

bool ws_lock_take(struct ws_lock *lock) {
  if (ws_lock_try(lock)) {
    return true;
  }
  for (;;) {
    uint32_t seen = atomic_load(&lock->word);
    if (seen == 0) {
      /* WAITERS stays set for those who may still wait. */
      if (atomic_compare_exchange_strong(&lock->word, &seen, ws_lock_self() | WAITERS)) {
        return true;
      }
      continue;
    }
    if (OWNER(seen) == ws_lock_self()) {
      return false;
    }
    if (wait_or_inherit(lock, seen)) {
      return true;
    }
  }
}

void ws_lock_release(struct ws_lock *lock) {
  uint32_t old = atomic_exchange_explicit(&lock->word, 0, memory_order_release);
  if (old & WAITERS) {
    ws_raw_syscall(SYS_futex, (long)&lock->word, FUTEX_WAKE, 1, 0, 0, 0);
  }
}

bool ws_lock_is_mine(struct ws_lock *lock) {
  return OWNER(atomic_load(&lock->word)) == ws_lock_self();
}

bool ws_lock_held(struct ws_lock *lock) {
  uint32_t seen = OWNER(atomic_load(&lock->word));
  return seen != 0 && ws_liveness_of_thread(seen);
}
