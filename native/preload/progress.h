/* What the kernel knows of a connection: what the program has not read yet, what was read and sent without being noted so far, and
 * whether a slow client goes on taking what was sent. */
#ifndef WS_PRELOAD_PROGRESS_H
#define WS_PRELOAD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "../state/state.h"

/* Of so many raw bytes more, which were read from the socket, heard_ms and moved_ms tell by now. */
static inline void ws_progress_noted(struct ws_connection *connection, size_t len) {
  atomic_fetch_add_explicit(&connection->noted, (uint32_t)len, memory_order_release);
}

/* True when the client has sent something that heard_ms and moved_ms do not tell of: it has not been read, or by a thread that was
 * stopped before it could say so. What was missing at the last note of progress, too, does not count: nobody is stopped for so long,
 * and the kernel counts the end of the stream and urgent data as bytes. */
bool ws_progress_is_arriving(int fd, struct ws_connection *connection, const struct ws_progress *progress);

/* Notes where the connection stands now. What it returns is so since the last note. */
struct ws_progress_made {
  bool taken;  /* something lay before the client, and it has taken some of that */
  bool behind; /* something lies before it that it had not been known to leave there */
  bool sent;   /* something was sent */
};
struct ws_progress_made ws_progress_note(int fd, struct ws_connection *connection, struct ws_progress *progress);

#endif
