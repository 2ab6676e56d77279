/* A connection that is open goes to the relay, because the program that is about to be executed cannot have the library. */
#ifndef WS_PRELOAD_MIDSTREAM_H
#define WS_PRELOAD_MIDSTREAM_H

#include <stdbool.h>

#include "../state/state.h"

/* Hands over the connection of which fd is a descriptor. Then every descriptor that the calling process, or the child of vfork,
 * has of it is one end of a socket pair whose other end is the relay's, where plain bytes come and go; for other processes
 * that hold the connection it has ended. A handshake that is not complete is waited for, until its deadline, unless in a child
 * of vfork. False, with nothing changed, when the connection is not open or the relay does not take it. */
bool ws_midstream_hand_over(int fd, struct ws_connection *connection);

#endif
