/* The bytes of an open connection. */
#ifndef WS_PUMP_MOVING_H
#define WS_PUMP_MOVING_H

#include "loop.h"

/* The 101 is out, or the connection comes in midstream: both sides are watched, decoder and encoder are set (OPEN). Or it has
 * neither, and bytes are passed on as they are (PASSING). `early` has been read already; it may be overwritten. */
void ws_moving_begin(struct ws_loop *loop, struct ws_pair *pair, enum ws_pair_phase phase, uint8_t *early, size_t len);
/* Moves what there is in both directions, up to a limit. */
void ws_moving_turn(struct ws_loop *loop, struct ws_pair *pair);

#endif
