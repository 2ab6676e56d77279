/* Connections that the relay makes to the program for its clients: ordinary sockets, but for the client's address. */
#ifndef WS_PRELOAD_RELAYED_H
#define WS_PRELOAD_RELAYED_H

#include <stdbool.h>
#include <sys/socket.h>

#include "../state/state.h"

/* Has a connection that was just accepted from *peer come from the relay? Then its token is taken off, *peer becomes the
 * client's address, and the program may have it as it is. */
bool ws_relayed_welcome(int fd, union ws_address *peer);

/* True when the socket is such a connection: then *peer is its client. Two loads unless there has ever been one. */
bool ws_relayed_peer(int fd, union ws_address *peer);

#endif
