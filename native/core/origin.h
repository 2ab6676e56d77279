/* Who may connect: the rules for Host and Origin. A browser lets any page open a WebSocket to any
 * address, and what it sends in these two fields is the only protection there is. RFC 6455 section
 * 10.2, RFC 6454 section 7. */
#ifndef WS_CORE_ORIGIN_H
#define WS_CORE_ORIGIN_H

#include <stdbool.h>

#include "text.h"

/* host [ ":" port ], as in a Host field. An IPv6 address keeps its brackets. */
struct ws_authority {
  struct ws_text host;
  struct ws_text port; /* empty when there was none */
};

/* False when text is not a host name or address with an optional port of 1 to 65535. */
bool ws_authority_parse(struct ws_text text, struct ws_authority *authority);

/* localhost, *.localhost (with or without a final dot), 127.0.0.0/8, [::1]. */
bool ws_host_is_loopback(struct ws_text host);

/* May a request for `host` come in on a loopback address? `allowed` is policy.allow_hosts. Without
 * this rule, a name that an attacker points at 127.0.0.1 makes his page the server's own. */
bool ws_host_is_allowed(struct ws_authority host, struct ws_text allowed);

/* May a page of that origin connect to `host`? Yes when it was served by the same host, whatever the
 * port: the page and the WebSocket of one server commonly have two. Otherwise when `allowed`
 * (policy.allow_origins) has "*", the origin itself, or for http and https its host, alone or with
 * its port. */
bool ws_origin_is_allowed(struct ws_text origin, struct ws_authority host, struct ws_text allowed);

#endif
