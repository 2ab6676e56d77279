/* The processes that hold a connection, as entries: process ids, some with a flag (state.h). The first few lie in the
 * connection's slot; when there are more, the list goes on in blocks, which stay with the connection to its end.
 *
 * Without a lock: each entry changes at once, and who goes through the list may or may not see what changes meanwhile. */
#ifndef WS_STATE_HOLDER_LIST_H
#define WS_STATE_HOLDER_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* A way through the list. Here and below, `entry` is not 0. */
struct ws_holder_walk {
  struct ws_holder_block *block; /* NULL: at the end */
  int place;                     /* the next one in it */
};
struct ws_holder_walk ws_holder_list_begin(struct ws_connection *connection);
/* The place of the next entry, and what it was; NULL when there is none any more. */
_Atomic uint32_t *ws_holder_list_next(struct ws_state *state, struct ws_holder_walk *walk, uint32_t *entry);

bool ws_holder_list_has(struct ws_state *state, struct ws_connection *connection, uint32_t entry);
/* False when there is no place left for it. */
bool ws_holder_list_enter(struct ws_state *state, struct ws_connection *connection, uint32_t entry);
/* Makes room for more. False when no block is left. */
bool ws_holder_list_lengthen(struct ws_state *state, struct ws_connection *connection);
/* Turns one entry that is `old` into `new`, or frees its place (0). False when there is none such. */
bool ws_holder_list_replace(struct ws_state *state, struct ws_connection *connection, uint32_t old, uint32_t new);
/* Gives the blocks back. For whoever frees the slot, under the state's lock. */
void ws_holder_list_free(struct ws_state *state, struct ws_connection *connection);

#endif
