/* One line per event, in text or JSON, to the descriptor that the launcher gave. A line is written whole or dropped: the
 * program never waits for its log. */
#ifndef WS_PRELOAD_LOG_H
#define WS_PRELOAD_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "../core/handshake.h"
#include "../state/state.h"
#include "arrival.h"

/* A listener of the program speaks WebSocket now. */
void ws_log_listening(const union ws_address *address);
/* bind(2) of a wrapped port failed; error is its errno. */
void ws_log_bind_failed(const union ws_address *address, int error);
void ws_log_opened(const struct ws_connection *connection, const struct ws_handshake *handshake);
void ws_log_closed(const struct ws_connection *connection, int64_t now_ms);
/* `handshake` may be NULL when nothing is known of the request. */
void ws_log_refused(const struct ws_connection *connection, enum ws_refusal refusal,
                    const struct ws_handshake *handshake);
/* It goes to the relay, because of that; only at level WS_LOG_REASONS. */
void ws_log_handed_over(const struct ws_connection *connection, const char *reason);
/* It goes to the program as plain TCP ("passed"), was answered ("answered"), or goes to the relay ("handed-over", only at level
 * WS_LOG_REASONS): because of that. */
void ws_log_arrival(const struct ws_connection *connection, enum ws_arrival arrival);
/* Something about this process that the user has to know. */
void ws_log_warning(const char *sentence);
/* Why something is passed by; only at level WS_LOG_REASONS. */
void ws_log_reason(int fd, const char *reason);

#endif
