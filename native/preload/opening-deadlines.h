/* The incomplete handshakes of this process, by descriptor. Usually there is none. */
#ifndef WS_PRELOAD_OPENING_DEADLINES_H
#define WS_PRELOAD_OPENING_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

/* So many at once; more silent clients are turned away. */
#define WS_DEADLINES_MAX 4096

/* False when there is no room. */
bool ws_deadlines_add(int fd, int64_t deadline_ms);
void ws_deadlines_remove(int fd);
/* -1: none. */
int64_t ws_deadlines_next(void);
/* Removes one whose deadline is not after now_ms; its descriptor, or -1. */
int ws_deadlines_take_expired(int64_t now_ms);

void ws_deadlines_before_fork(void);
void ws_deadlines_after_fork(void);

#endif
