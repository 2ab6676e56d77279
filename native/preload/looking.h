/* What lies in the kernel's buffer, seen without taking payload. For the holder of the connection's read side, in the open
 * phase. */
#ifndef WS_PRELOAD_LOOKING_H
#define WS_PRELOAD_LOOKING_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../state/state.h"

/* True when a read would not block, SO_RCVLOWAT considered; see ws_reading_settle. */
bool ws_looking_settle(int fd, struct ws_connection *connection);
/* recv(2) with MSG_PEEK; when it waits, then for this much at least. */
ssize_t ws_looking_peek(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags,
                        size_t least);
/* Payload bytes that are there. */
int ws_looking_available(int fd, struct ws_connection *connection);

#endif
