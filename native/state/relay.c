#define _GNU_SOURCE
#include "relay.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME_PREFIX "wswrap-"

static bool random_bytes(uint8_t *into, size_t len) {
  return getrandom(into, len, 0) == (ssize_t)len;
}

static bool make_name(char name[WS_RELAY_NAME_BYTES]) {
  static const char digits[] = "0123456789abcdef";
  uint8_t bytes[8];
  if (!random_bytes(bytes, sizeof bytes)) {
    return false;
  }
  char *at = stpcpy(name, NAME_PREFIX);
  for (size_t i = 0; i < sizeof bytes; i++) {
    *at++ = digits[bytes[i] >> 4];
    *at++ = digits[bytes[i] & 15];
  }
  *at = '\0';
  return true;
}

int ws_relay_listen(struct ws_relay *relay) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!make_name(relay->name) || !random_bytes(relay->secret, sizeof relay->secret)) {
    return -1;
  }
  strcpy(address.sun_path + 1, relay->name);
  socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(relay->name));
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    return -1;
  }
  if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, SOMAXCONN) != 0) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  atomic_store(&relay->there, true);
  return fd;
}

bool ws_relay_expect(struct ws_relay *relay, uint16_t port, const union ws_address *peer,
                     uint8_t token[WS_RELAY_TOKEN_BYTES]) {
  struct ws_relayed *entry = &relay->relayed[port];
  if (!random_bytes(token, WS_RELAY_TOKEN_BYTES)) {
    return false;
  }
  atomic_store(&entry->phase, WS_RELAYED_NONE);
  memcpy(entry->token, token, WS_RELAY_TOKEN_BYTES);
  entry->peer = *peer;
  entry->cookie = 0;
  atomic_store(&relay->used, true);
  atomic_store(&entry->phase, WS_RELAYED_EXPECTED);
  return true;
}

bool ws_relay_expects(struct ws_relay *relay, uint16_t port) {
  return atomic_load(&relay->used) && atomic_load(&relay->relayed[port].phase) == WS_RELAYED_EXPECTED;
}

bool ws_relay_arrives(struct ws_relay *relay, uint16_t port, const uint8_t token[WS_RELAY_TOKEN_BYTES], uint64_t cookie,
                      union ws_address *peer) {
  struct ws_relayed *entry = &relay->relayed[port];
  uint32_t expected = WS_RELAYED_EXPECTED;
  if (memcmp(entry->token, token, WS_RELAY_TOKEN_BYTES) != 0 ||
      !atomic_compare_exchange_strong(&entry->phase, &expected, WS_RELAYED_TAKEN)) {
    return false;
  }
  if (peer->any.sa_family == AF_INET6) {
    ws_address_widen(&entry->peer);
  }
  if (entry->peer.any.sa_family != peer->any.sa_family) {
    /* An IPv6 client that a proxy has named, to a program that knows IPv4 only. */
    entry->peer = *peer;
  }
  *peer = entry->peer;
  entry->cookie = cookie;
  atomic_store(&entry->phase, WS_RELAYED_ARRIVED);
  return true;
}

const union ws_address *ws_relay_client(struct ws_relay *relay, uint16_t port, uint64_t cookie) {
  const struct ws_relayed *entry = &relay->relayed[port];
  bool known = atomic_load(&relay->used) && atomic_load(&entry->phase) == WS_RELAYED_ARRIVED && entry->cookie == cookie;
  return known ? &entry->peer : NULL;
}
