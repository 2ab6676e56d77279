/* What the processes of a wrapped tree and the relay tell each other: where the relay is reached, and which connections to the
 * program come from it on a client's behalf.
 *
 * A client that the library cannot serve in place (TLS, say) is the relay's, which makes a TCP connection of its own to the
 * program. The program shall see the client's address there. So the relay announces its source port, with the client's address
 * and a token, before it connects, and sends the token first; accept in the library takes it off. Who merely connects from
 * that port cannot know the token. An entry stays until its port is used again, for getpeername(2). */
#ifndef WS_STATE_RELAY_H
#define WS_STATE_RELAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../net/address.h"

#define WS_RELAY_NAME_BYTES 32
#define WS_RELAY_TOKEN_BYTES 16
#define WS_RELAY_PORTS 65536

enum ws_relayed_phase { WS_RELAYED_NONE, WS_RELAYED_EXPECTED, WS_RELAYED_TAKEN, WS_RELAYED_ARRIVED };

struct ws_relayed {
  _Atomic uint32_t phase;
  uint8_t token[WS_RELAY_TOKEN_BYTES];
  union ws_address peer;
  uint64_t cookie; /* SO_COOKIE of the program's socket; valid when it has arrived */
};

struct ws_relay {
  _Atomic bool there;                        /* there is somebody to hand connections to */
  char name[WS_RELAY_NAME_BYTES];            /* of his abstract Unix socket (unix(7)), without the NUL before it */
  uint8_t secret[WS_RELAY_TOKEN_BYTES];      /* that shows him that a message comes from the tree */
  _Atomic bool used;                         /* while false, no connection to the program is the relay's */
  struct ws_relayed relayed[WS_RELAY_PORTS]; /* by source port, in host order */
};

/* Makes the socket on which the relay gets its messages and enters it in *relay. Returns its descriptor, closed on exec, or -1
 * with errno. */
int ws_relay_listen(struct ws_relay *relay);

/* The relay's side: a connection will come from that port on behalf of that peer. Writes the token that it has to begin with.
 * False with errno when the system has no random bytes. */
bool ws_relay_expect(struct ws_relay *relay, uint16_t port, const union ws_address *peer,
                     uint8_t token[WS_RELAY_TOKEN_BYTES]);

/* The library's side. True when a connection from that port is expected. */
bool ws_relay_expects(struct ws_relay *relay, uint16_t port);
/* True, once, when the token is the one announced: then *peer, the kernel's until then, becomes the client, if that
 * can be expressed in the same family, and the socket of that cookie is its. */
bool ws_relay_arrives(struct ws_relay *relay, uint16_t port, const uint8_t token[WS_RELAY_TOKEN_BYTES], uint64_t cookie,
                      union ws_address *peer);
/* The client behind a socket of the program's whose peer is that port, or NULL. */
const union ws_address *ws_relay_client(struct ws_relay *relay, uint16_t port, uint64_t cookie);

#endif
