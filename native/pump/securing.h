/* From a TLS hello to bytes in the clear. */
#ifndef WS_PUMP_SECURING_H
#define WS_PUMP_SECURING_H

#include "loop.h"

/* What has come is a TLS hello, still unread. False when there is no room for one more. */
bool ws_securing_begin(struct ws_loop *loop, struct ws_pair *pair);
/* Goes on with the handshake. True when it is over and bytes can be read; otherwise the connection waits, or has been given
 * up. */
bool ws_securing_step(struct ws_loop *loop, struct ws_pair *pair);
/* Handshakes are done in the turns that are given in order, and not too many a round. False: another turn is to come, and has been
 * asked for. */
bool ws_securing_may_step(struct ws_loop *loop, struct ws_pair *pair);
/* A handshake has failed; the kind says whether with the client or with the target. */
void ws_securing_report_failure(struct ws_loop *loop, const struct ws_pair *pair, enum ws_pump_event_kind kind,
                                const char *reason);
/* Whether the handshake is under way, so that nothing else can be said. */
bool ws_securing_is_under_way(const struct ws_pair *pair);

#endif
