/* The way to the relay: an abstract Unix socket, connected anew for each message, so that it can be found after chroot(2), a
 * change of user, and the closing of all descriptors. */
#ifndef WS_PRELOAD_RELAY_LINK_H
#define WS_PRELOAD_RELAY_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "../state/hand-over.h"

/* Sends a message with its descriptors, of which the relay gets copies; the first is the client's. Fills in the secret and the
 * local address. Does not wait: false, with nothing sent, when the relay does not take it now, or when the program may not
 * open sockets any more. Usable after vfork and in a signal handler; leaves errno alone. */
bool ws_relay_link_send(struct ws_hand_over *message, const int *descriptors, size_t count);

#endif
