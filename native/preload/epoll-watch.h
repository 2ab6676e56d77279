/* Which of our descriptors are in which epoll set of this process, and under which data: an event tells only the data. Needed
 * for blocking descriptors (waiting.h), and to know who is told again of what he leaves (reading.c). */
#ifndef WS_PRELOAD_EPOLL_WATCH_H
#define WS_PRELOAD_EPOLL_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

/* Beyond this many registrations at a time, a blocking descriptor is not looked at a second time. */
#define WS_WATCHES_MAX 65536

/* epoll_ctl(2), whatever the descriptor is. */
int ws_watch_control(int epoll, int operation, int fd, struct epoll_event *event);
/* The descriptor, ours or an epoll set's, is being closed. */
void ws_watch_closed(int fd);

/* True when a descriptor of ours has been added to this set. Cheap. */
bool ws_watch_has(int epoll);
/* What is registered in this set under that data: the descriptor and what was asked for. False: none of ours. */
bool ws_watch_find(int epoll, uint64_t data, int *fd, struct epoll_event *registered);
/* True when this descriptor of ours is in a set, as far as is known. Cheap. */
bool ws_watch_knows(int fd);
/* The program is about to be told of an end or an error of what is registered in this set under that data. */
void ws_watch_tell_end(int epoll, uint64_t data);
/* A listener in this set that has a connection taken in advance; false: none. */
bool ws_watch_find_waiting(int epoll, struct epoll_event *registered);

/* Has the edge-triggered sets told once more of listeners at which somebody waits; also a thread that sleeps in epoll_wait, or
 * another process that has the set. Of one shot the program makes a new one by itself. */
void ws_watch_rearm_listeners(void);

void ws_watch_before_fork(void);
void ws_watch_after_fork(void);

#endif
