/* How an open connection ends. Each direction ends by itself: what is kept for a side is sent, then it is told the end, by a
 * Close frame or by the end of the stream. Meanwhile the other direction goes on, if anybody is there to send or receive:
 *
 *   the client's Close       answered; the target is told the end, and what it still sends is read and dropped
 *   the client's end         (without a Close) the target is told the end; what it still sends is passed on
 *   the target's end         Close 1000; what the client still sends is passed on, until its Close
 *   a broken rule            Close with the rule's code; the target is told the end
 *   a reset by the client    the target's connection is reset
 *   a reset by the target    Close 1011
 *   time-out, closeAll       Close 1001; what the client still sends is passed on, until its Close
 *
 * A socket is closed when both its streams have ended; closed with unread bytes it would be reset, and what is under way to
 * the peer could be lost. So what nobody wants is read, for a bounded time. (A client's stream has ended with its Close.) */
#ifndef WS_PUMP_ENDING_H
#define WS_PUMP_ENDING_H

#include "loop.h"

/* The decoder has met a Close, or an error. */
void ws_ending_closed_by_client(struct ws_loop *loop, struct ws_pair *pair);
void ws_ending_error(struct ws_loop *loop, struct ws_pair *pair);

/* Reading has met the end of the stream, or an error. */
void ws_ending_client_left(struct ws_loop *loop, struct ws_pair *pair);
void ws_ending_client_broke(struct ws_loop *loop, struct ws_pair *pair);
void ws_ending_target_left(struct ws_loop *loop, struct ws_pair *pair);
void ws_ending_target_broke(struct ws_loop *loop, struct ws_pair *pair);

/* Sending has failed with that errno; what has been received before can still be read. */
void ws_ending_client_deaf(struct ws_loop *loop, struct ws_pair *pair, int error);
void ws_ending_target_deaf(struct ws_loop *loop, struct ws_pair *pair, int error);

/* We want it to end. */
void ws_ending_close(struct ws_loop *loop, struct ws_pair *pair, enum ws_pump_cause cause, uint16_t code);

/* Takes the steps that are due. False when the connection is over. */
bool ws_ending_settle(struct ws_loop *loop, struct ws_pair *pair);

/* When an end that has begun is waited for no longer; 0 when none has. */
int64_t ws_ending_deadline(const struct ws_pair *pair);
/* At the deadline: true, and a new one, when since the last time a slow side has taken some of what is under way to it. */
bool ws_ending_goes_on(struct ws_loop *loop, struct ws_pair *pair);
/* The end, as things are. */
void ws_ending_finish(struct ws_loop *loop, struct ws_pair *pair);

#endif
