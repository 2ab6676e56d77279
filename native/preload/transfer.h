/* Calls that move bytes between descriptors without showing them to the program: sendfile(2), splice(2). On a connection the
 * bytes have to be seen, since they need frames. */
#ifndef WS_PRELOAD_TRANSFER_H
#define WS_PRELOAD_TRANSFER_H

#include <sys/types.h>

#include "../state/state.h"

/* sendfile to a connection; results and errno as in the manual page. The file's offset moves by what was sent only. */
ssize_t ws_transfer_file(int to, struct ws_connection *connection, int from, off_t *offset, size_t len);

/* splice from a pipe to a connection. What was not sent stays in the pipe. */
ssize_t ws_transfer_from_pipe(int to, struct ws_connection *connection, int pipe, size_t len, unsigned flags);
/* splice from a connection to a pipe. Nothing is taken that the pipe has no room for. */
ssize_t ws_transfer_to_pipe(int from, struct ws_connection *connection, int pipe, size_t len, unsigned flags);

#endif
