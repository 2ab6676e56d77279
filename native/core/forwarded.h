/* Who stands behind a proxy, as request fields say. A proxy adds to one of them; the other, if there is one, is the client's
 * own invention, or another proxy's. */
#ifndef WS_CORE_FORWARDED_H
#define WS_CORE_FORWARDED_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

/* Chains longer than this are cut at the far end. */
#define WS_FORWARDED_MAX 32

enum ws_forwarded_field {
  WS_FORWARDED, /* RFC 7239 */
  WS_X_FORWARDED_FOR
};

/* Lists the addresses in that field of the request head at the beginning of in[0..len), the nearest (last one written) first, as they stand
 * there: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80", "unknown", "_hidden". Returns how many; views into
 * the input. 0 when the head is not whole or names none. */
size_t ws_forwarded_list(const uint8_t *in, size_t len, enum ws_forwarded_field field,
                         struct ws_span addresses[WS_FORWARDED_MAX]);

#endif
