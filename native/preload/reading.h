/* Bytes from the client to the program. Raw bytes go straight into the program's buffer, no more of them than it asked for, and
 * are decoded there; so nothing is left over, and what the kernel says about readiness stays true. */
#ifndef WS_PRELOAD_READING_H
#define WS_PRELOAD_READING_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../state/state.h"

/* recv(2) with a vector: payload bytes received, 0 at the end of the stream, or -1 with errno. Flags as in recv(2): MSG_PEEK,
 * MSG_WAITALL, MSG_DONTWAIT, MSG_TRUNC (payload is dropped); MSG_OOB is refused with EINVAL. */
ssize_t ws_reading_receive(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags);

/* True when a read would not block: there is payload, an end or an error. Takes frame headers, control frames and the rest of
 * the handshake out of the kernel's buffer on the way, so that it is not readable because of them. Does not wait. */
bool ws_reading_settle(int fd, struct ws_connection *connection);

/* True when the program has ever asked for such a count: then "readable" and a count of 0 would be taken for the end. */
bool ws_reading_counts_matter(void);

/* Whoever uses this descriptor, if it is a connection, may from now on conclude from a short read that nothing is left: he is told
 * of arrivals only once (EPOLLET, O_ASYNC), or has been told of an end, or of how much there is. Before he can act on it. */
void ws_reading_be_exact(int fd);

/* Payload bytes that could be read now without blocking (FIONREAD). */
int ws_reading_available(int fd, struct ws_connection *connection);

#endif
