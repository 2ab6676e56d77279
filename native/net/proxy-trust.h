/* --trust-proxy: for a peer in a trusted network the address of the client is what the proxies say: the nearest one that is
 * not itself in a trusted network. What an untrusted peer says of itself is never looked at. */
#ifndef WS_NET_PROXY_TRUST_H
#define WS_NET_PROXY_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/limits.h"
#include "address.h"

/* Every address as 16 bytes, IPv4 mapped (RFC 4291 section 2.5.5.2), so that one comparison does. */
struct ws_network {
  uint8_t bytes[16];
  unsigned bits;
};

/* All zero: nobody is trusted. */
struct ws_trust {
  struct ws_network networks[WS_TRUSTED_MAX];
  size_t count;
};

/* Reads "10.0.0.0/8,::1": at most WS_TRUSTED_MAX networks; what cannot be read is left out (the command line has checked). */
void ws_trust_read(struct ws_trust *trust, const char *list);

/* Replaces *peer by the client's address when the peer is trusted and its request, whole in head[0..len), names one that the
 * address family of *peer can express. True when it did. */
bool ws_trust_apply(const struct ws_trust *trust, union ws_address *peer, const uint8_t *head, size_t len);

#endif
