/* Time: who is late, idle, or does not answer. */
#ifndef WS_PUMP_WATCHING_H
#define WS_PUMP_WATCHING_H

#include "loop.h"

/* From now on the connection is open. */
void ws_watching_begin(struct ws_loop *loop, struct ws_pair *pair);
/* The connection's timer has gone off. */
void ws_watching_late(struct ws_loop *loop, struct ws_pair *pair);

#endif
