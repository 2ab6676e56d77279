/* Holding a connection's read or write side. A guard is released when its scope is left; WS_CANCELLABLE does it when the
 * thread is cancelled in a blocking system call. */
#ifndef WS_PRELOAD_GUARD_H
#define WS_PRELOAD_GUARD_H

#include <pthread.h>
#include <stdbool.h>

#include "../state/state.h"

#pragma weak pthread_testcancel
/* glibc's list of clean-up routines that a longjmp(3) knows of, too: it runs those of the frames that it leaves. What
 * pthread_cleanup_push(3) is made of would leave pointers to them behind. */
void _pthread_cleanup_push(struct _pthread_cleanup_buffer *buffer, void (*routine)(void *), void *argument);
void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *buffer, int execute);
#pragma weak _pthread_cleanup_push
#pragma weak _pthread_cleanup_pop

enum ws_side { WS_SIDE_READ, WS_SIDE_WRITE };

struct ws_guard {
  struct ws_connection *connection;
  int fd;
  enum ws_side side;
  bool owned;
  bool cancellable;       /* its holder is inside WS_CANCELLABLE */
  bool last;              /* of him who closes the connection, and has taken it out of the table already */
  int cancel_state;       /* of the thread before: it is not cancelled while it holds a side, but see WS_CANCELLABLE */
  struct ws_guard *outer; /* of the same thread, by address only */
};

void ws_guard_end(struct ws_guard *guard);
/* The same as a pthread_cleanup_push(3) routine. */
void ws_guard_cancelled(void *guard);
/* To be declared where no way leads past ws_guard_begin or ws_guard_try, which alone fill it in. */
#define WS_GUARD __attribute__((cleanup(ws_guard_end))) struct ws_guard

/* Evaluates a call that may block and stores its result. Not by unwinding with -fexceptions: that would need libgcc beneath
 * us. */
#define WS_CANCELLABLE(guard, result, call)                       \
  do {                                                            \
    struct _pthread_cleanup_buffer buffer;                        \
    _pthread_cleanup_push(&buffer, ws_guard_cancelled, &(guard)); \
    (guard).cancellable = true;                                   \
    (result) = (call);                                            \
    (guard).cancellable = false;                                  \
    _pthread_cleanup_pop(&buffer, 0);                             \
  } while (0)

/* Around a system call that waits for the client: within WS_CANCELLABLE the thread may be cancelled there, unless the program has
 * forbidden it. Nowhere else, since what is done between two of them must not be cut short; and not while it sends, since nobody
 * would know how much of a frame has gone. */
#define WS_BLOCKING(result, call) \
  do {                            \
    ws_guard_allow_cancel(true);  \
    (result) = (call);            \
    ws_guard_allow_cancel(false); \
  } while (0)
void ws_guard_allow_cancel(bool allow);

/* Takes the side for a call with these MSG_ flags, which is a cancellation point (pthreads(7)). False (EAGAIN) when that would mean
 * waiting for a thread that is blocked in the kernel and the caller asked not to wait. On a non-blocking connection nobody holds a
 * side for long, and a needless EAGAIN would cost an edge-triggered program its only wake-up: there it waits. */
bool ws_guard_begin(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side, int flags);
/* For a thread that is about to close the connection, with the address of its frame: lets go of a side that it still holds
 * because a signal handler has jumped out of a call (longjmp). */
void ws_guard_drop_left(struct ws_connection *connection, const void *here);
/* Takes the side only when it is free. */
bool ws_guard_try(struct ws_guard *guard, int fd, struct ws_connection *connection, enum ws_side side);

#endif
