#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "../state/environment.h"
#include "../state/raw-syscall.h"
#include "epoll-watch.h"
#include "holders.h"
#include "lifetime.h"
#include "listener.h"
#include "log.h"
#include "opening-deadlines.h"
#include "real.h"
#include "spawning.h"
#include "streams.h"
#include "table.h"

struct ws_process ws_process;

__attribute__((visibility("default"))) const char wswrap_version[] = WS_VERSION;

/* Wiped by fork, shared by vfork: tells the two apart when the process id is not the one we know. */
static _Atomic uint32_t *fork_mark;

int64_t ws_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t ws_now_roughly_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void know_self(void) {
  ws_process.pid = getpid();
  prctl(PR_GET_NAME, ws_process.command);
}

static void before_fork(void) {
  ws_spawning_before_fork();
  ws_watch_before_fork();
  ws_deadlines_before_fork();
  ws_streams_before_fork();
}

static void unlock_after_fork(void) {
  ws_streams_after_fork();
  ws_deadlines_after_fork();
  ws_watch_after_fork();
}

static void after_fork_in_parent(void) {
  unlock_after_fork();
  ws_spawning_after_fork_in_parent();
}

static void after_fork_in_child(void) {
  /* The locks are released as the parent's thread took them, then this thread gets its own name. */
  unlock_after_fork();
  ws_lock_forked();
  know_self();
  ws_spawning_after_fork_in_child();
  ws_listener_in_child();
  if (fork_mark != NULL) {
    atomic_store(fork_mark, 1);
  }
}

bool ws_process_is_borrowed(void) {
  if (ws_raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0) == ws_process.pid) {
    return false;
  }
  if (fork_mark == NULL || atomic_load(fork_mark) != 0) {
    return true;
  }
  /* A fork that libc did not see: no handler has announced this child to the connections. */
  atomic_store(fork_mark, 1);
  ws_lock_forked();
  know_self();
  ws_holders_in_child();
  return false;
}

static void make_fork_mark(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return;
  }
  if (madvise(page, 4096, MADV_WIPEONFORK) != 0) {
    munmap(page, 4096);
    return;
  }
  fork_mark = page;
  atomic_store(fork_mark, 1);
}

static int is_liburing(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  return strstr(object->dlpi_name, "/liburing") != NULL;
}

void ws_process_listens(void) {
  static _Atomic bool looked;
  if (!atomic_exchange(&looked, true) && dl_iterate_phdr(is_liburing, NULL) != 0) {
    ws_log_warning("has liburing loaded; connections that it serves through io_uring cannot be seen");
  }
}

/* What glibc has and another libc may not have: a program of another one that ours starts is given this library, too. It has
 * to load there, and then does nothing. So these are weak, and pthread_atfork, which is none of glibc's own symbols, is
 * called by the name that it stands for. */
extern int __register_atfork(void (*before)(void), void (*parent)(void), void (*child)(void), void *object)
    __attribute__((weak));
extern const char *gnu_get_libc_version(void) __attribute__((weak));
extern void *__dso_handle;

static bool at_home(void) {
  return gnu_get_libc_version != NULL && __register_atfork != NULL;
}

__attribute__((constructor)) static void enter(void) {
  int saved = errno;
  if (at_home() && ws_config_read(&ws_process.config)) {
    know_self();
    struct ws_state *state = ws_state_map(ws_process.config.state_fd);
    if (state != NULL) {
      make_fork_mark();
      ws_spawning_remember();
      ws_trust_read(&ws_process.trust, ws_process.config.trusted_proxies);
      __register_atfork(before_fork, after_fork_in_parent, after_fork_in_child, &__dso_handle);
      ws_process.state = state;
      ws_holders_after_exec();
      ws_streams_after_exec();
    } else {
      ws_process.config.state_fd = -1;
      ws_log_reason(-1, "the shared state is not there");
    }
  }
  errno = saved;
}

void ws_process_enters_sandbox(void) {
  /* Locks need the thread's number, which cannot be asked later. */
  ws_lock_self();
  ws_process.sandboxed = true;
}

void ws_process_leave(void) {
  if (!ws_process_active() || ws_process_is_borrowed()) {
    return;
  }
  int end = ws_table_end();
  for (int fd = 0; fd < end; fd++) {
    if (ws_entry_kind(ws_table_get(fd)) == WS_KIND_CONNECTION) {
      ws_lifetime_close(fd, WS_CLOSING_EXIT);
    }
  }
}

__attribute__((destructor)) static void leave(void) {
  int saved = errno;
  /* libc flushes its streams after this; what is in those of ours must go out before the Close. */
  ws_streams_flush();
  ws_process_leave();
  errno = saved;
}

/* Programs that this one executes find the descriptor by its number. */
static void announce(enum ws_environment key, int fd) {
  char number[16];
  snprintf(number, sizeof number, "%d", fd);
  if (getenv(ws_environment_name(key)) != NULL) {
    setenv(ws_environment_name(key), number, 1);
  }
}

void ws_process_vacate(int fd) {
  int moved = REAL(fcntl)(fd, F_DUPFD, WS_FD_FLOOR);
  if (fd == ws_process.config.state_fd) {
    ws_process.config.state_fd = moved;
    announce(WS_ENV_STATE_FD, moved);
  } else if (fd == ws_process.config.log_fd) {
    ws_process.config.log_fd = moved;
    announce(WS_ENV_LOG_FD, moved);
  } else if (fd == ws_process.config.recorder_fd) {
    ws_process.config.recorder_fd = moved;
    announce(WS_ENV_RECORDER_FD, moved);
  }
}
