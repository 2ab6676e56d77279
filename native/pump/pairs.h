/* The life of a connection: how it comes into the loop, its phases, how it is found by its id, and how it leaves. */
#ifndef WS_PUMP_PAIRS_H
#define WS_PUMP_PAIRS_H

#include "loop.h"

/* A new connection, in its OPENING phase. Takes fd. NULL: no memory; fd is closed. */
struct ws_pair *ws_pairs_add(struct ws_loop *loop, int fd, const struct ws_pump_origins *from);
/* Closes what is open. The memory stays until the end of the round: events of it may still be on the list. */
void ws_pairs_remove(struct ws_loop *loop, struct ws_pair *pair);
/* Nothing more will move. */
void ws_pairs_end_recording(struct ws_pair *pair);
void ws_pairs_free_removed(struct ws_loop *loop);
void ws_pairs_enter_phase(struct ws_loop *loop, struct ws_pair *pair, enum ws_pair_phase phase);
/* Gives it its id. */
void ws_pairs_name(struct ws_loop *loop, struct ws_pair *pair, uint64_t id);
struct ws_pair *ws_pairs_find(struct ws_loop *loop, uint64_t id);

#endif
