/* Descriptors that travel over Unix sockets as SCM_RIGHTS (unix(7)). While a connection is under way nobody may be seen to hold
 * it: the sender closes its copy at once, and the receiver has not called yet. */
#ifndef WS_PRELOAD_PASSING_H
#define WS_PRELOAD_PASSING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "../state/state.h"

/* Before sendmsg(2) on a socket of the program's: the connections in the message are announced. */
void ws_passing_announce(const struct msghdr *message);
/* The message was not sent. */
void ws_passing_withdraw(const struct msghdr *message);
/* True while a copy of the connection is under way. One that nobody has taken for a minute is not believed in any more. */
bool ws_passing_is_under_way(struct ws_connection *connection, int64_t now_ms);
/* After a successful recvmsg(2) with these flags: the descriptors in the message are new here. */
void ws_passing_arrived(struct msghdr *message, int flags);

#endif
