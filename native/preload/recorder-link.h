/* What this process tells the recorder (native/recorder), for --record. */
#ifndef WS_PRELOAD_RECORDER_LINK_H
#define WS_PRELOAD_RECORDER_LINK_H

#include <sys/uio.h>

#include "../core/handshake.h"
#include "../recording/format.h"
#include "../state/state.h"
#include "process.h"

/* Each of these may be called anywhere, in a signal handler too, and leaves errno alone. The program waits for a recorder that
 * is busy with the disk, as it would if it wrote there itself, but not for long, and once only: then recordings break off when
 * there is no room. */

/* The handshake is complete. Before anything else is told of the connection. */
void ws_recorder_link_opened(struct ws_connection *connection, const struct ws_handshake *handshake);
/* The first `len` bytes of the vector have moved: the program gets them, or the kernel has taken them. By the owner of that
 * side of the connection. */
void ws_recorder_link_tell(struct ws_connection *connection, enum ws_recording_direction direction,
                           const struct iovec *iov, size_t len);
/* The connection's end is logged. */
void ws_recorder_link_closed(const struct ws_connection *connection);

/* The file that the connection is recorded to, in which all is written that has been told so far: a descriptor for the caller to
 * close. -1: it is not recorded, or not any more. */
int ws_recorder_link_file(struct ws_connection *connection);
/* Whoever has got the file goes on with it; without that the recording breaks off here. Nothing more is told of the connection. */
void ws_recorder_link_handed_over(const struct ws_connection *connection, bool with_file);

/* The same as ..._tell; one load when nothing is recorded. */
static inline void ws_recorder_link_moved(struct ws_connection *connection, enum ws_recording_direction direction,
                                          const struct iovec *iov, size_t len) {
  if (__builtin_expect(ws_process.config.recorder_fd >= 0, 0)) {
    ws_recorder_link_tell(connection, direction, iov, len);
  }
}

#endif
