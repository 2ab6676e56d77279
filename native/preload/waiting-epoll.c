#define _GNU_SOURCE
#include "waiting-epoll.h"

#include <errno.h>

#include "epoll-watch.h"
#include "listener.h"
#include "process.h"
#include "real.h"

/* epoll_pwait2 came with Linux 5.11; before, and for callers that count so, milliseconds do. */
static int real_wait(int epoll, struct epoll_event *events, int max, const struct timespec *left, bool fine,
                     const sigset_t *mask) {
  if (left == NULL) {
    return REAL(epoll_pwait)(epoll, events, max, -1, mask);
  }
  if (left->tv_sec == 0 && left->tv_nsec == 0) {
    return REAL(epoll_pwait)(epoll, events, max, 0, mask);
  }
  static _Atomic bool too_old;
  if (fine && !too_old && ws_real_get(WS_REAL_epoll_pwait2) != NULL) {
    int result = REAL(epoll_pwait2)(epoll, events, max, left, mask);
    if (result >= 0 || errno != ENOSYS) {
      return result;
    }
    too_old = true;
  }
  int64_t ms = (int64_t)left->tv_sec * 1000 + (left->tv_nsec + 999999) / 1000000;
  return REAL(epoll_pwait)(epoll, events, max, ms > INT32_MAX ? INT32_MAX : (int)ms, mask);
}

/* False when the event is to be left out. */
static bool correct(int epoll, struct epoll_event *event) {
  int fd;
  struct epoll_event registered;
  if (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    ws_watch_tell_end(epoll, event->data.u64);
  }
  if (!(event->events & EPOLLIN) || !ws_watch_find(epoll, event->data.u64, &fd, &registered) ||
      ws_waiting_confirms(fd)) {
    return true;
  }
  event->events &= ~(uint32_t)(EPOLLIN | EPOLLRDNORM | EPOLLRDHUP);
  if (event->events == 0 && (registered.events & EPOLLONESHOT)) {
    /* The one shot was not for the program. */
    REAL(epoll_ctl)(epoll, EPOLL_CTL_MOD, fd, &registered);
  }
  return event->events != 0;
}

static int correct_all(int epoll, struct epoll_event *events, int count) {
  int kept = 0;
  for (int i = 0; i < count; i++) {
    if (correct(epoll, &events[i])) {
      events[kept++] = events[i];
    }
  }
  return kept;
}

static bool mentioned(const struct epoll_event *events, int count, uint64_t data) {
  for (int i = 0; i < count; i++) {
    if (events[i].data.u64 == data) {
      return true;
    }
  }
  return false;
}

bool ws_waiting_epoll_concerned(int epoll) {
  return ws_process_active() && (ws_watch_has(epoll) || ws_waiting_has_deadline());
}

int ws_waiting_epoll(int epoll, struct epoll_event *events, int max, struct ws_wait wait, const sigset_t *mask) {
  const struct timespec now = {0, 0};
  for (;;) {
    struct timespec buffer;
    struct epoll_event registered;
    bool waiting = ws_listener_any_waiting() && ws_watch_find_waiting(epoll, &registered);
    int count = real_wait(epoll, events, max, waiting ? &now : ws_wait_left(&wait, &buffer), wait.fine, mask);
    if (count < 0) {
      return count;
    }
    count = correct_all(epoll, events, count);
    if (waiting && count < max && !mentioned(events, count, registered.data.u64)) {
      events[count++] = (struct epoll_event){.events = EPOLLIN, .data = registered.data};
    }
    if (count > 0 || ws_wait_is_over(&wait)) {
      return count;
    }
  }
}
