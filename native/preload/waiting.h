/* What poll, select and epoll have in common: when the kernel's "readable" needs a second look, and until when to wait.
 *
 * The kernel is right about non-blocking descriptors as far as the system interface promises (a read may still say EAGAIN).
 * A blocking descriptor must not be called readable because of a control frame or half a header, since the read that follows
 * would hang; nor a blocking listener because of a bad request. */
#ifndef WS_PRELOAD_WAITING_H
#define WS_PRELOAD_WAITING_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* False when nothing of this process needs attention in a wait: then the real call is enough. */
bool ws_waiting_concerned(void);

/* Called for a descriptor that the kernel says is readable: false when a blocking read or accept would hang. */
bool ws_waiting_confirms(int fd);
/* True when the descriptor is ready to accept without the kernel's knowing: a connection was taken in advance. */
bool ws_waiting_knows_better(int fd);

/* Until when the caller wants to wait, in ns of CLOCK_MONOTONIC; negative: for ever. */
struct ws_wait {
  int64_t until_ns;
  bool fine; /* the caller counts in ns, not ms */
};
struct ws_wait ws_wait_begin_ms(int timeout_ms);
struct ws_wait ws_wait_begin_timespec(const struct timespec *timeout); /* NULL: for ever */
/* True when a wait must end by itself at some time: a handshake has a deadline, or a client may be due for a Ping. */
bool ws_waiting_has_deadline(void);
/* What is left of it, but not beyond the nearest such deadline; NULL for ever, else filled *buffer. Does what is due already. */
const struct timespec *ws_wait_left(const struct ws_wait *wait, struct timespec *buffer);
/* What is left of the caller's own time; zero when it is over. Not for waits without end. */
void ws_wait_rest(const struct ws_wait *wait, struct timespec *rest);
/* After a real call returned nothing: true when the caller's own time is over. */
bool ws_wait_is_over(const struct ws_wait *wait);

#endif
