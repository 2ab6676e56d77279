/* To the target: its addresses in their order, each with an equal share of the time that is left. */
#ifndef WS_PUMP_CONNECTING_H
#define WS_PUMP_CONNECTING_H

#include "loop.h"

/* Takes target. The connection is WAITING. */
void ws_connecting_begin(struct ws_loop *loop, struct ws_pair *pair, struct ws_pump_target *target);
/* Takes fd, a socket that is connected or about to be. */
void ws_connecting_join(struct ws_loop *loop, struct ws_pair *pair, int fd);
/* The kernel has said something about the attempt. */
void ws_connecting_step(struct ws_loop *loop, struct ws_pair *pair);
/* The attempt has had its time, or it is time for another one. */
void ws_connecting_late(struct ws_loop *loop, struct ws_pair *pair);

#endif
