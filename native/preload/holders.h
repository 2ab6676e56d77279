/* Which processes hold a connection. The Close frame belongs to the last of them: a server that forks for each connection
 * closes its own copy at once, and that must not end the child's session. */
#ifndef WS_PRELOAD_HOLDERS_H
#define WS_PRELOAD_HOLDERS_H

#include <stdbool.h>

#include "../state/state.h"

/* This process has a descriptor more of the connection, or none any more. Here and below, nothing is done, and false returned,
 * when the slot is another generation's by now. */
void ws_holders_add(struct ws_connection *connection);
void ws_holders_remove(struct ws_connection *connection, uint32_t generation);

/* This process lets go of the connection, but is at work on it until ws_holders_left: as long as it lives nobody takes the slot
 * from under it. Several may leave at once; each sees those that came before it leave, so that one of them at least finds that
 * it is the last one. */
bool ws_holders_leave(struct ws_connection *connection, uint32_t generation);
/* Likewise, of a connection that nobody holds or is leaving; else false. */
bool ws_holders_claim(struct ws_connection *connection, uint32_t generation);
void ws_holders_left(struct ws_connection *connection, uint32_t generation);

/* Another process, whose id that is, holds it. */
void ws_holders_add_process(struct ws_connection *connection, pid_t process);

/* Likewise, of a child that has not been seen to enter itself so far; and the end of that. */
void ws_holders_add_newborn(struct ws_connection *connection, pid_t child);
void ws_holders_drop_newborn(struct ws_connection *connection, pid_t child);

/* True when another process holds the connection behind fd (open in this process), and is not leaving it. What is remembered is
 * checked against /proc, where that can be read: a process may have ended, or executed another program. `thorough` false leaves
 * that check out, for when there are very many connections to look at, but for those who are in no list. */
bool ws_holders_others(struct ws_connection *connection, uint32_t generation, int fd, bool thorough);

/* True when nobody else is remembered to hold the connection. Asks nobody. */
bool ws_holders_alone(struct ws_connection *connection);

/* In the child of a fork: it holds what its parent holds. */
void ws_holders_in_child(void);

/* Looks at the next `count` slots, round and round, and frees connections whose holders have all ended without a word (killed,
 * crashed). */
void ws_holders_sweep(uint32_t count);

/* A new program in an old process: learns which connections came along, and gives up those that did not. */
void ws_holders_after_exec(void);

#endif
