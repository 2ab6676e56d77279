/* poll(2) and select(2). Semantics, results and errno as in the manual pages. */
#ifndef WS_PRELOAD_WAITING_POLL_H
#define WS_PRELOAD_WAITING_POLL_H

#include <poll.h>
#include <signal.h>
#include <sys/select.h>

#include "waiting.h"

/* True when the library has a say in this poll; else the real one is enough. */
bool ws_waiting_poll_concerned(struct pollfd *fds, nfds_t count);
int ws_waiting_poll(struct pollfd *fds, nfds_t count, struct ws_wait wait, const sigset_t *mask);
/* True when the library has a say in this select; else the real one is enough. */
bool ws_waiting_select_concerned(int count, const fd_set *readable);
/* With a set of readable ones, which is required. */
int ws_waiting_select(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct ws_wait wait,
                      const sigset_t *mask);

#endif
