/* After the last word to a client: reads on until the client has closed, since closing with unread bytes would be a reset and
 * could destroy what has been sent. */
#ifndef WS_PUMP_LINGERING_H
#define WS_PUMP_LINGERING_H

#include "loop.h"

/* All has been reported of the connection, and all has been said; the target is not needed any more. */
void ws_lingering_begin(struct ws_loop *loop, struct ws_pair *pair);
/* There may be something to read. */
void ws_lingering_turn(struct ws_loop *loop, struct ws_pair *pair);

#endif
