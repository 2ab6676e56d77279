/* From a new connection to the decision about it. The request stays in the kernel's buffer until the answer goes out; until
 * then it is only peeked at, so that a connection for somebody else can be handed on untouched. Through TLS it has to be read,
 * and is kept. */
#ifndef WS_PUMP_OPENING_H
#define WS_PUMP_OPENING_H

#include "loop.h"

/* A connection that has come; takes fd, which does not block. Shared: another process may hold it, too. */
void ws_opening_begin(struct ws_loop *loop, int fd, bool shared, const struct ws_pump_origins *from);
/* There may be more of the request. */
void ws_opening_look(struct ws_loop *loop, struct ws_pair *pair);
/* Refuses a connection that is not open yet, with the answer in HTTP when the refusal has one. */
void ws_opening_refuse(struct ws_loop *loop, struct ws_pair *pair, enum ws_refusal refusal);
/* Waits for more of the request, or of the TLS handshake, unless the client has left. */
void ws_opening_wait(struct ws_loop *loop, struct ws_pair *pair);
/* Ends a connection with which no word can be exchanged, since its TLS handshake has failed. */
void ws_opening_give_up(struct ws_loop *loop, struct ws_pair *pair, const char *reason);
/* The target is there: answers 101 and lets the bytes flow. */
void ws_opening_complete(struct ws_loop *loop, struct ws_pair *pair);
/* Frees what only the opening needs. */
void ws_opening_forget(struct ws_pair *pair);

#endif
