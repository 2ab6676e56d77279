/* epoll_wait(2) and its kin. */
#ifndef WS_PRELOAD_WAITING_EPOLL_H
#define WS_PRELOAD_WAITING_EPOLL_H

#include <signal.h>
#include <sys/epoll.h>

#include "waiting.h"

/* True when the library has a say in this wait; else the real one is enough. */
bool ws_waiting_epoll_concerned(int epoll);
int ws_waiting_epoll(int epoll, struct epoll_event *events, int max, struct ws_wait wait, const sigset_t *mask);

#endif
