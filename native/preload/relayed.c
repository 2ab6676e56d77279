#define _GNU_SOURCE
#include "relayed.h"

#include <string.h>

#include "process.h"
#include "real.h"

static bool cookie_of(int fd, uint64_t *cookie) {
  socklen_t len = sizeof *cookie;
  return REAL(getsockopt)(fd, SOL_SOCKET, SO_COOKIE, cookie, &len) == 0;
}

bool ws_relayed_welcome(int fd, union ws_address *peer) {
  struct ws_relay *relay = &ws_process.state->relay;
  uint16_t port = ws_address_port(peer);
  uint8_t token[WS_RELAY_TOKEN_BYTES];
  uint64_t cookie;
  /* It comes in one piece, and the listener does not report a connection before it has come (listener.c). */
  return ws_relay_expects(relay, port) &&
         REAL(recv)(fd, token, sizeof token, MSG_PEEK | MSG_DONTWAIT) == (ssize_t)sizeof token &&
         cookie_of(fd, &cookie) && ws_relay_arrives(relay, port, token, cookie, peer) &&
         REAL(recv)(fd, token, sizeof token, MSG_DONTWAIT) == (ssize_t)sizeof token;
}

bool ws_relayed_peer(int fd, union ws_address *peer) {
  if (!ws_process_active() || !atomic_load_explicit(&ws_process.state->relay.used, memory_order_relaxed)) {
    return false;
  }
  socklen_t len = sizeof *peer;
  uint64_t cookie;
  memset(peer, 0, sizeof *peer);
  if (REAL(getpeername)(fd, &peer->any, &len) != 0 || ws_address_port(peer) == 0 || !cookie_of(fd, &cookie)) {
    return false;
  }
  const union ws_address *client = ws_relay_client(&ws_process.state->relay, ws_address_port(peer), cookie);
  if (client != NULL) {
    *peer = *client;
  }
  return client != NULL;
}
