/* Bytes in and out of one side, in the clear or through TLS. */
#ifndef WS_PUMP_SIDES_H
#define WS_PUMP_SIDES_H

#include <sys/types.h>

#include "loop.h"

/* From now on much is to be expected from it. */
void ws_side_expect_bulk(struct ws_side *side);

/* As recv(2); side->readable says afterwards whether there may be more. */
ssize_t ws_side_recv(struct ws_loop *loop, struct ws_side *side, void *bytes, size_t len);

/* As sendmsg(2). Unless all is with the kernel then, side->writable is false until it takes more; through TLS all is taken
 * nevertheless. */
ssize_t ws_side_send(struct ws_loop *loop, struct ws_side *side, const struct ws_span *spans, size_t count);
/* Sends what waits in the TLS layer, which has to be gone before anything else can be sent. True when nothing waits; false with
 * errno, EAGAIN when the side takes no more now. */
bool ws_side_flush(struct ws_loop *loop, struct ws_side *side);
/* Bytes that wait there. */
size_t ws_side_waiting(const struct ws_side *side);

/* Announces the end of what is sent, where that is announced; the first time only. False when that has to wait: the kernel will then
 * say that there is room. */
bool ws_side_announce_end(struct ws_loop *loop, struct ws_side *side);

#endif
