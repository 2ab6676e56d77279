/* The processes that hold a connection, as entries: process ids, some with a flag (state.h). The first few lie in the
 * connection's slot; those of crowded connections go on in one list, which all connections share.
 *
 * Without a lock: each entry changes at once, and who goes through the list may or may not see what changes meanwhile. */
#ifndef WS_STATE_HOLDER_LIST_H
#define WS_STATE_HOLDER_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* The entry at a place from 0 to below the end; 0: none. */
int ws_holder_list_end(const struct ws_connection *connection);
uint32_t ws_holder_list_get(const struct ws_state *state, const struct ws_connection *connection, int place);

/* Takes a free place. False when there is none, in the shared list either. */
bool ws_holder_list_enter(struct ws_state *state, struct ws_connection *connection, uint32_t entry);
/* Turns one entry that is `old`, which is not 0, into `new`, or frees its place (0). False when there is none such. */
bool ws_holder_list_replace(struct ws_state *state, struct ws_connection *connection, uint32_t old, uint32_t new);

/* Frees the places in the shared list of those entries, of all connections, for which `gone` is true. */
void ws_holder_list_purge(struct ws_state *state, bool (*gone)(uint32_t entry));
/* Frees the connection's places in the shared list: its slot is to be another one's. */
void ws_holder_list_clear(struct ws_state *state, struct ws_connection *connection);

#endif
