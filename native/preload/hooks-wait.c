#define _GNU_SOURCE
#include <errno.h>

#include "epoll-watch.h"
#include "hooks.h"
#include "waiting-epoll.h"
#include "waiting-poll.h"

WS_EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  return ws_waiting_poll_concerned(fds, count) ? ws_waiting_poll(fds, count, ws_wait_begin_ms(timeout_ms), NULL)
                                               : REAL(poll)(fds, count, timeout_ms);
}

/* The kernel finds such a time invalid; so do we, by asking it. */
static bool is_odd(const struct timespec *timeout) {
  return timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000);
}

WS_EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  return ws_waiting_poll_concerned(fds, count) && !is_odd(timeout)
             ? ws_waiting_poll(fds, count, ws_wait_begin_timespec(timeout), mask)
             : REAL(ppoll)(fds, count, timeout, mask);
}

static int select_ours(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout) {
  if (timeout == NULL) {
    return ws_waiting_select(count, readable, writable, exceptional, ws_wait_begin_timespec(NULL), NULL);
  }
  if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
    errno = EINVAL;
    return -1;
  }
  struct timespec limit = {timeout->tv_sec + timeout->tv_usec / 1000000, timeout->tv_usec % 1000000 * 1000};
  struct ws_wait wait = ws_wait_begin_timespec(&limit);
  int result = ws_waiting_select(count, readable, writable, exceptional, wait, NULL);
  /* select(2) on Linux tells what is left of the time. */
  struct timespec left = {0, 0};
  if (wait.until_ns > 0) {
    ws_wait_rest(&wait, &left);
  }
  *timeout = (struct timeval){left.tv_sec, left.tv_nsec / 1000};
  return result;
}

WS_EXPORT int select(int count, fd_set *restrict readable, fd_set *restrict writable, fd_set *restrict exceptional,
                     struct timeval *restrict timeout) {
  return ws_waiting_select_concerned(count, readable) ? select_ours(count, readable, writable, exceptional, timeout)
                                                      : REAL(select)(count, readable, writable, exceptional, timeout);
}

WS_EXPORT int pselect(int count, fd_set *restrict readable, fd_set *restrict writable, fd_set *restrict exceptional,
                      const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  return ws_waiting_select_concerned(count, readable) && !is_odd(timeout)
             ? ws_waiting_select(count, readable, writable, exceptional, ws_wait_begin_timespec(timeout), mask)
             : REAL(pselect)(count, readable, writable, exceptional, timeout, mask);
}

WS_EXPORT int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  return ws_process_active() ? ws_watch_control(epoll, operation, fd, event)
                             : REAL(epoll_ctl)(epoll, operation, fd, event);
}

WS_EXPORT int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout_ms) {
  return ws_waiting_epoll_concerned(epoll) ? ws_waiting_epoll(epoll, events, max, ws_wait_begin_ms(timeout_ms), NULL)
                                           : REAL(epoll_wait)(epoll, events, max, timeout_ms);
}

WS_EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int max, int timeout_ms, const sigset_t *mask) {
  return ws_waiting_epoll_concerned(epoll) ? ws_waiting_epoll(epoll, events, max, ws_wait_begin_ms(timeout_ms), mask)
                                           : REAL(epoll_pwait)(epoll, events, max, timeout_ms, mask);
}

WS_EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int max, const struct timespec *timeout,
                           const sigset_t *mask) {
  return ws_waiting_concerned() && !is_odd(timeout)
             ? ws_waiting_epoll(epoll, events, max, ws_wait_begin_timespec(timeout), mask)
             : REAL(epoll_pwait2)(epoll, events, max, timeout, mask);
}

int __poll(struct pollfd *fds, nfds_t count, int timeout_ms);
WS_EXPORT int __poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  return poll(fds, count, timeout_ms);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
WS_EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size) {
  ws_check_fits(count, size / sizeof *fds);
  return poll(fds, count, timeout_ms);
}

int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t size);
WS_EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                          size_t size) {
  ws_check_fits(count, size / sizeof *fds);
  return ppoll(fds, count, timeout, mask);
}

int __select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout);
WS_EXPORT int __select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout) {
  return select(count, readable, writable, exceptional, timeout);
}
