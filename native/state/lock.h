/* A lock for memory that several processes share.
 *
 * The word holds the owner's thread id, so that an owner that died (SIGKILL) is noticed and replaced, and so that a signal
 * handler that runs on top of its own thread's critical section is told apart from a stranger. Uncontended lock and unlock
 * are one atomic instruction each; waiting is futex(2), shared between processes.
 * pthread's robust mutexes would do the first, but not the second, and not from a signal handler. */
#ifndef WS_STATE_LOCK_H
#define WS_STATE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* All zero is unlocked. */
struct ws_lock {
  _Atomic uint32_t word;
};

/* Thread id of the caller, cached per thread. */
uint32_t ws_lock_self(void);
/* To be called in the child after fork: the cached thread id is the parent's. */
void ws_lock_forked(void);

/* True when the caller got the lock now. False when somebody else has it, or the caller itself does. */
bool ws_lock_try(struct ws_lock *lock);
/* Waits for the lock. False, at once, when the calling thread holds it already (a signal handler, or a longjmp out of a
 * critical section): the caller proceeds without owning, and must not unlock. Not interrupted by signals. */
bool ws_lock_take(struct ws_lock *lock);
void ws_lock_release(struct ws_lock *lock);
/* True when the calling thread holds it. */
bool ws_lock_is_mine(struct ws_lock *lock);
/* True when a thread that is alive holds it. */
bool ws_lock_held(struct ws_lock *lock);

#endif
