#define _GNU_SOURCE
#include "waiting-poll.h"

#include "reading.h"
#include "real.h"
#include "table.h"

#define POLL_READABLE (POLLIN | POLLRDNORM)

static bool any_waiting(const struct pollfd *fds, nfds_t count) {
  for (nfds_t i = 0; i < count; i++) {
    if ((fds[i].events & POLL_READABLE) && ws_waiting_knows_better(fds[i].fd)) {
      return true;
    }
  }
  return false;
}

/* Corrects what the kernel reported; returns the number of descriptors with something to report. */
static int correct(struct pollfd *fds, nfds_t count) {
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    if (fds[i].fd < 0) {
      continue;
    }
    if (fds[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) {
      ws_reading_be_exact(fds[i].fd);
    }
    if ((fds[i].events & POLL_READABLE) && ws_waiting_knows_better(fds[i].fd)) {
      fds[i].revents |= (short)(fds[i].events & POLL_READABLE);
    } else if ((fds[i].revents & POLL_READABLE) && !ws_waiting_confirms(fds[i].fd)) {
      fds[i].revents &= (short)~(POLL_READABLE | POLLRDHUP);
    }
    ready += fds[i].revents != 0;
  }
  return ready;
}

bool ws_waiting_poll_concerned(struct pollfd *fds, nfds_t count) {
  if (!ws_waiting_concerned()) {
    return false;
  }
  bool ours = ws_waiting_has_deadline();
  for (nfds_t i = 0; i < count && !ours; i++) {
    ours = fds[i].fd >= 0 && ws_table_may_be_ours(fds[i].fd);
  }
  return ours;
}

int ws_waiting_poll(struct pollfd *fds, nfds_t count, struct ws_wait wait, const sigset_t *mask) {
  for (;;) {
    struct timespec buffer;
    bool waiting = any_waiting(fds, count);
    const struct timespec now = {0, 0};
    int result = REAL(ppoll)(fds, count, waiting ? &now : ws_wait_left(&wait, &buffer), mask);
    if (result < 0) {
      return result;
    }
    if (result > 0 || waiting) {
      int ready = correct(fds, count);
      if (ready > 0) {
        return ready;
      }
    }
    if (ws_wait_is_over(&wait)) {
      return 0;
    }
  }
}
