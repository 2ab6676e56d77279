/* Bytes from the program to the client: a frame's header and the program's own buffers go out in one sendmsg(2), and what is
 * reported as written is what the kernel took. */
#ifndef WS_PRELOAD_WRITING_H
#define WS_PRELOAD_WRITING_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../state/state.h"

/* send(2) with a vector, in any phase: payload bytes written, or -1 with errno. Flags as in send(2); MSG_OOB is refused with
 * EOPNOTSUPP. Raises SIGPIPE as the kernel would. */
ssize_t ws_writing_send(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags);

/* Sends what was kept: written before the handshake was complete, or by a signal handler in the middle of a write. False when
 * some of it is left (EAGAIN, EINTR). By the owner of the write side. */
bool ws_writing_send_kept(int fd, struct ws_connection *connection, int flags);

/* shutdown(2): the end of our direction becomes a Close frame. */
int ws_writing_shutdown(int fd, struct ws_connection *connection, int how);

#endif
