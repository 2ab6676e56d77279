/* This process: configuration, shared state, beginning, fork and end. */
#ifndef WS_PRELOAD_PROCESS_H
#define WS_PRELOAD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../net/proxy-trust.h"
#include "../state/state.h"
#include "config.h"

struct ws_process {
  struct ws_state *state; /* NULL: the library does nothing */
  pid_t pid;
  /* The program has put itself under seccomp(2): only read, readv, write and writev are used on descriptors from then on, what
   * cannot be asked is believed, and nothing is logged. */
  bool sandboxed;
  char command[16]; /* as in /proc/self/comm */
  struct ws_config config;
  struct ws_trust trust;
};
extern struct ws_process ws_process;

/* False also before the constructor has run. */
static inline bool ws_process_active(void) {
  return ws_process.state != NULL;
}

/* True when the tree has any connection at all. */
static inline bool ws_process_has_connections(void) {
  struct ws_state *state = ws_process.state;
  return state != NULL && atomic_load_explicit(&state->live, memory_order_relaxed) != 0;
}

/* True in a child of vfork (or a bare clone with shared memory), whose descriptors are its own but whose memory, our table
 * included, is its parent's: such a child must not change what we remember. In a child that was forked past libc this makes
 * up for the missed fork handlers. Costs a system call. */
bool ws_process_is_borrowed(void);

/* True for the descriptors that the library itself needs: they are not there for the program. */
static inline bool ws_process_owns(int fd) {
  return ws_process_active() && fd >= 0 &&
         (fd == ws_process.config.state_fd || fd == ws_process.config.log_fd || fd == ws_process.config.recorder_fd);
}
/* Moves one of them out of the way, because the program wants its number. */
void ws_process_vacate(int fd);

/* Called when the process listens on a wrapped port: warns of what will not work in it. */
void ws_process_listens(void);

/* The program is about to forbid itself system calls. */
void ws_process_enters_sandbox(void);

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t ws_now_ms(void);
/* The same to a few milliseconds (CLOCK_MONOTONIC_COARSE), which costs less. */
int64_t ws_now_roughly_ms(void);

/* Ends all connections that this process holds, as far as it is the last: for exit and _exit. */
void ws_process_leave(void);

#endif
