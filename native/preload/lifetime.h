/* The end of a connection's life in this process and in the tree. Its beginning is in opening.h. */
#ifndef WS_PRELOAD_LIFETIME_H
#define WS_PRELOAD_LIFETIME_H

#include "../state/state.h"
#include "table.h"

enum ws_closing { WS_CLOSING_CLOSE, WS_CLOSING_EXIT };

/* The descriptor is about to be closed (by the caller, or by the end of the process). When it is the last one of the whole
 * tree, the Close frame goes out, the end is logged and the state freed. No-op for what is not a connection. */
void ws_lifetime_close(int fd, enum ws_closing how);

/* An entry that was taken out of the table turned out not to be true any more: it was closed behind our back. */
void ws_lifetime_lost(ws_entry entry);
/* A connection that this process does not hold, though it may have before it executed its present program. When nobody else does
 * either, nobody has said so: it is logged as one without a Close, and the state freed. */
void ws_lifetime_left_behind(uint32_t slot, uint32_t generation);

/* Ends a connection that the program has never seen: no Close, no line in the log. The caller closes fd. */
void ws_lifetime_discard(int fd);

/* Ends a connection for everybody who holds it: it would get into hands that cannot speak WebSocket. */
void ws_lifetime_cut_off(int fd, struct ws_connection *connection, uint16_t code);

/* Frees an orphaned connection unless a thread is still inside a call on it. */
void ws_lifetime_free_if_unused(struct ws_connection *connection);

/* Reads and drops what the peer has sent, so that closing does not turn into a reset that destroys what we sent last. */
void ws_lifetime_drain(int fd);

#endif
