/* --idle-timeout: the end of a connection on which no payload has moved for so long. Looked at where hearts are beaten. */
#ifndef WS_PRELOAD_IDLE_H
#define WS_PRELOAD_IDLE_H

#include <stdint.h>

#include "../state/state.h"
#include "process.h"

/* Payload has moved, in either direction; or the handshake is complete. */
static inline void ws_idle_moved(struct ws_connection *connection) {
  if (ws_process.config.idle_timeout_ms > 0) {
    atomic_store_explicit(&connection->moved_ms, ws_now_roughly_ms(), memory_order_relaxed);
  }
}

/* Ends the open connection if that is due: by a Close, and when the client does not answer that, by breaking off. Returns when to
 * look again; INT64_MAX never. */
int64_t ws_idle_look(int fd, struct ws_connection *connection, int64_t now_ms);

#endif
