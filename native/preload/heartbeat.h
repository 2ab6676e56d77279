/* Heartbeats: a Ping after a silence of the client, and the end of the connection when nothing comes back. Beside them what else
 * is due by time (idle.h).
 *
 * There is no thread of ours in the program, and a copy of the descriptor in a process of ours would change what close(2) means
 * (an epoll set forgets a socket only with its last copy). So it is done wherever the program waits: a wait is cut into
 * parts, none of which goes past the moment when something may be due, and between two parts the hearts are beaten of all
 * connections that the process holds. While a program is busy with something else there are no heartbeats. */
#ifndef WS_PRELOAD_HEARTBEAT_H
#define WS_PRELOAD_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "../state/state.h"
#include "idle.h"
#include "process.h"

/* Something has come from the client. */
void ws_heartbeat_note(struct ws_connection *connection);
static inline void ws_heartbeat_heard(struct ws_connection *connection) {
  if (ws_process.config.heartbeat_ms > 0) {
    ws_heartbeat_note(connection);
  }
}

/* The handshake is complete. */
static inline void ws_heartbeat_opened(struct ws_connection *connection) {
  ws_heartbeat_heard(connection);
  ws_idle_moved(connection);
}

/* The process has come by a connection. */
void ws_heartbeat_expect(void);

/* When something may be due in this process, in ms of CLOCK_MONOTONIC_COARSE, or -1. That clock is at most so much behind
 * CLOCK_MONOTONIC. */
#define WS_HEARTBEAT_ROUGHLY_MS 10
int64_t ws_heartbeat_next(void);
/* Does what is due. By nobody who holds a side of a connection for writing. */
void ws_heartbeat_beat(void);

/* Before a read that would block: waits until there is something to read and beats hearts meanwhile. False with errno (EINTR),
 * as read(2) would. Waits not at all where the program has set a time limit of its own (SO_RCVTIMEO), or has signal handlers
 * with SA_RESTART and others without: there a blocking read goes without heartbeats. */
bool ws_heartbeat_wait_readable(int fd, struct ws_connection *connection);

#endif
