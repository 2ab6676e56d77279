/* Which of the offered subprotocols the answer names. RFC 6455 section 4.2.2. */
#ifndef WS_CORE_SUBPROTOCOL_H
#define WS_CORE_SUBPROTOCOL_H

#include <stdbool.h>

#include "dialect.h"
#include "request.h"

/* Chooses for that dialect; *chosen is a view of the offer, empty when none is named. `accepted` is
 * policy.subprotocols: when it lists any, the first of them that was offered is chosen, and the
 * result is false when some were offered and none of them is listed. When it lists none: binary,
 * base64, or else whatever was offered first (Hixie, which carries nothing but base64: base64
 * before binary). */
bool ws_subprotocol_choose(const struct ws_request *request, enum ws_dialect dialect, struct ws_text accepted,
                           struct ws_text *chosen);

#endif
