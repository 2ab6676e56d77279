/* What goes out of an open connection. What a side does not take is kept for it, and nothing is read for it until that is
 * gone: so no more is kept than one read brings. */
#ifndef WS_PUMP_SENDING_H
#define WS_PUMP_SENDING_H

#include "loop.h"

/* Payload that has just been read. */
void ws_send_to_target(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len);
void ws_send_to_client(struct ws_loop *loop, struct ws_pair *pair, const uint8_t *payload, size_t len);

/* Sends what is kept, and to the client the control frames that wait. True when the side takes more. */
bool ws_send_kept_to_target(struct ws_loop *loop, struct ws_pair *pair);
bool ws_send_kept_to_client(struct ws_loop *loop, struct ws_pair *pair);

/* Whether anything has still to be sent to the side. */
bool ws_sending_waits(const struct ws_side *side);
/* All has been sent to the target: announces the end, where that is announced. True when it is out, or can never be. */
bool ws_send_end_to_target(struct ws_loop *loop, struct ws_pair *pair);

/* Makes ready the answer to the Ping that the decoder shows, in the place of one that has not begun to go out. */
void ws_queue_pong(struct ws_pair *pair);
/* Asks the client for a sign of life. */
void ws_send_ping(struct ws_loop *loop, struct ws_pair *pair);
/* Sends the Close; true when it is out, or can never be. */
bool ws_send_close(struct ws_loop *loop, struct ws_pair *pair, uint16_t code);

/* Closes it unless it is -1, which it is then. */
void ws_close_descriptor(int *fd);

/* Only the pump's thread counts; others read. */
static inline void ws_count(_Atomic uint64_t *counter, uint64_t more) {
  atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more, memory_order_relaxed);
}

#endif
