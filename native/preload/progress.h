/* What can be known of a connection from outside: what the kernel tells of one that the program leaves alone, and whether some
 * thread is just moving bytes. */
#ifndef WS_PRELOAD_PROGRESS_H
#define WS_PRELOAD_PROGRESS_H

#include <stdbool.h>

#include "../state/state.h"

/* Between a system call that has moved bytes and the note of it (heard_ms, moved_ms) a thread may be stopped for long. It holds
 * the side of the connection then, as it also does while it waits for the client: these tell which. By the holder, who has noted
 * all that he has moved before he says that he waits. */
static inline void ws_progress_reader_waits(struct ws_connection *connection, bool waits) {
  atomic_store_explicit(&connection->reader_waits, waits, memory_order_release);
}
static inline void ws_progress_writer_waits(struct ws_connection *connection, bool waits) {
  atomic_store_explicit(&connection->writer_waits, waits, memory_order_release);
}

/* True when the client has sent something that was not noted yet: it has not been read, or some thread is reading it. */
bool ws_progress_is_arriving(int fd, struct ws_connection *connection);

/* What the threads that write to the connection are doing. */
enum ws_progress_writing { WS_WRITING_NOT, WS_WRITING_NOW, WS_WRITING_OR_WAITING };
enum ws_progress_writing ws_progress_of_writing(struct ws_connection *connection);

/* Notes where the client stands now. True when something lay before it at the last note, and it has taken some of that since. */
bool ws_progress_note(int fd, struct ws_progress *progress);

#endif
