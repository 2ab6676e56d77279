/* Bytes from the program to the client: a frame's header and the program's own buffers go out in one sendmsg(2), and what is
 * reported as written is what the kernel took. */
#ifndef WS_PRELOAD_WRITING_H
#define WS_PRELOAD_WRITING_H

#include <sys/types.h>
#include <sys/uio.h>

#include "../state/state.h"

/* send(2) with a vector, in any phase: payload bytes written, or -1 with errno. Flags as in send(2); MSG_OOB is refused with
 * EOPNOTSUPP. Raises SIGPIPE as the kernel would. */
ssize_t ws_writing_send(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags);

/* Sends what the program wrote before the handshake was complete, which it is now, and gives the buffer back. */
void ws_writing_send_early(int fd, struct ws_connection *connection);

/* shutdown(2): the end of our direction becomes a Close frame. */
int ws_writing_shutdown(int fd, struct ws_connection *connection, int how);

#endif
