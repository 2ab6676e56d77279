/* --trust-proxy: for a peer in a trusted network the address of the client is what the proxies say: the nearest one that is
 * not itself in a trusted network. What an untrusted peer says of itself is never looked at. */
#ifndef WS_PRELOAD_PROXY_TRUST_H
#define WS_PRELOAD_PROXY_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/limits.h"
#include "../state/state.h"

/* Reads "10.0.0.0/8,::1": at most WS_TRUSTED_MAX networks; what cannot be read is left out (the launcher has checked). */
void ws_proxy_trust_read(const char *list);

/* Replaces *peer by the client's address when the peer is trusted and its request, whole in head[0..len), names one that the
 * socket's address family can express. True when it did. */
bool ws_proxy_trust_apply(union ws_address *peer, const uint8_t *head, size_t len);

#endif
