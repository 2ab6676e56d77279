#define _GNU_SOURCE
#include <alloca.h>
#include <errno.h>
#include <string.h>

#include "real.h"
#include "table.h"
#include "waiting-poll.h"

/* Sets longer than this (a program that allocates its own) are passed on as they are. */
#define COUNT_MAX 65536
#define WORD_BITS (8 * (int)sizeof(unsigned long))

static size_t bytes_of(int count) {
  return (size_t)((count + WORD_BITS - 1) / WORD_BITS) * sizeof(unsigned long);
}

/* Not FD_ISSET and the like: those are checked against FD_SETSIZE in fortified programs and wrong for longer sets. */
static bool has(const unsigned long *set, int fd) {
  return (set[fd / WORD_BITS] >> (fd % WORD_BITS)) & 1;
}
static void add(unsigned long *set, int fd) {
  set[fd / WORD_BITS] |= 1UL << (fd % WORD_BITS);
}
static void drop(unsigned long *set, int fd) {
  set[fd / WORD_BITS] &= ~(1UL << (fd % WORD_BITS));
}

static bool any_waiting(const unsigned long *readable, int count) {
  for (int fd = 0; fd < count; fd++) {
    if (has(readable, fd) && ws_waiting_knows_better(fd)) {
      return true;
    }
  }
  return false;
}

/* Corrects the set that the kernel returned for `wanted`; returns by how much the number of ready descriptors changes. */
static int correct(unsigned long *readable, const unsigned long *wanted, int count) {
  int change = 0;
  for (int fd = 0; fd < count; fd++) {
    if (!has(wanted, fd)) {
      continue;
    }
    if (!has(readable, fd) && ws_waiting_knows_better(fd)) {
      add(readable, fd);
      change++;
    } else if (has(readable, fd) && !ws_waiting_knows_better(fd) && !ws_waiting_confirms(fd)) {
      drop(readable, fd);
      change--;
    }
  }
  return change;
}

static void restore(fd_set *set, const unsigned long *copy, size_t bytes) {
  if (set != NULL) {
    memcpy(set, copy, bytes);
  }
}

int ws_waiting_select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct ws_wait wait,
                      const sigset_t *mask) {
  size_t bytes = bytes_of(count);
  unsigned long *wanted = alloca(3 * bytes + 3);
  unsigned long *wanted_writable = wanted + bytes / sizeof *wanted;
  unsigned long *wanted_exceptional = wanted_writable + bytes / sizeof *wanted;
  memcpy(wanted, readable, bytes);
  if (writable != NULL) {
    memcpy(wanted_writable, writable, bytes);
  }
  if (exceptional != NULL) {
    memcpy(wanted_exceptional, exceptional, bytes);
  }
  for (;;) {
    struct timespec buffer;
    const struct timespec now = {0, 0};
    bool waiting = any_waiting(wanted, count);
    int result =
        REAL(pselect)(count, readable, writable, exceptional, waiting ? &now : ws_wait_left(&wait, &buffer), mask);
    if (result < 0) {
      return result;
    }
    result += correct((unsigned long *)readable, wanted, count);
    if (result > 0 || ws_wait_is_over(&wait)) {
      return result;
    }
    restore(readable, wanted, bytes);
    restore(writable, wanted_writable, bytes);
    restore(exceptional, wanted_exceptional, bytes);
  }
}

bool ws_waiting_select_concerned(int count, const fd_set *readable) {
  if (readable == NULL || count <= 0 || count > COUNT_MAX || !ws_waiting_concerned()) {
    return false;
  }
  bool ours = ws_waiting_has_deadline();
  for (int fd = 0; fd < count && !ours; fd++) {
    ours = has((const unsigned long *)readable, fd) && ws_table_may_be_ours(fd);
  }
  return ours;
}
