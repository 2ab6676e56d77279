/* Who stands behind a proxy, as the proxy says: Forwarded (RFC 7239) or, without it, X-Forwarded-For. */
#ifndef WS_CORE_FORWARDED_H
#define WS_CORE_FORWARDED_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

/* Chains longer than this are cut at the far end. */
#define WS_FORWARDED_MAX 32

/* Lists the addresses in the request head at the beginning of in[0..len), the nearest (last one written) first, as they stand
 * there: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80", "unknown", "_hidden". Returns how many; views into
 * the input. 0 when the head is not whole or names none. */
size_t ws_forwarded_list(const uint8_t *in, size_t len, struct ws_span addresses[WS_FORWARDED_MAX]);

#endif
