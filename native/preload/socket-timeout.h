#ifndef WS_PRELOAD_SOCKET_TIMEOUT_H
#define WS_PRELOAD_SOCKET_TIMEOUT_H

#include <stdint.h>

/* How long a call on the socket may block: option is SO_RCVTIMEO or SO_SNDTIMEO (socket(7)). In ms, at least 1; negative: for
 * ever. */
int64_t ws_socket_timeout_ms(int fd, int option);

#endif
