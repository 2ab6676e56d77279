#include "proxy-trust.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../core/forwarded.h"

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool parse_address(const char *text, uint8_t bytes[16], bool *ipv4) {
  *ipv4 = inet_pton(AF_INET, text, bytes + 12) == 1;
  if (*ipv4) {
    memcpy(bytes, mapped_prefix, sizeof mapped_prefix);
    return true;
  }
  return inet_pton(AF_INET6, text, bytes) == 1;
}

static bool parse_network(char *text, struct ws_network *network) {
  char *slash = strchr(text, '/');
  bool ipv4;
  if (slash != NULL) {
    *slash = '\0';
  }
  if (!parse_address(text, network->bytes, &ipv4)) {
    return false;
  }
  unsigned width = ipv4 ? 32 : 128;
  unsigned long bits = slash != NULL ? strtoul(slash + 1, NULL, 10) : width;
  network->bits = (unsigned)bits + (ipv4 ? 96 : 0);
  return bits <= width;
}

void ws_trust_read(struct ws_trust *trust, const char *list) {
  while (*list != '\0' && trust->count < WS_TRUSTED_MAX) {
    size_t len = strcspn(list, ",");
    char item[64];
    if (len < sizeof item) {
      memcpy(item, list, len);
      item[len] = '\0';
      trust->count += parse_network(item, &trust->networks[trust->count]);
    }
    list += len + (list[len] == ',');
  }
}

static bool within(const uint8_t bytes[16], const struct ws_network *network) {
  unsigned whole = network->bits / 8;
  unsigned rest = network->bits % 8;
  if (memcmp(bytes, network->bytes, whole) != 0) {
    return false;
  }
  return rest == 0 || ((bytes[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}

static bool is_trusted(const struct ws_trust *trust, const uint8_t bytes[16]) {
  for (size_t i = 0; i < trust->count; i++) {
    if (within(bytes, &trust->networks[i])) {
      return true;
    }
  }
  return false;
}

static void bytes_of(const union ws_address *address, uint8_t bytes[16]) {
  if (address->any.sa_family == AF_INET6) {
    memcpy(bytes, &address->v6.sin6_addr, 16);
  } else {
    memcpy(bytes, mapped_prefix, sizeof mapped_prefix);
    memcpy(bytes + 12, &address->v4.sin_addr, 4);
  }
}

/* "192.0.2.1:80", "[2001:db8::1]:80", or either without the port (0 then). */
static bool parse_node(struct ws_span node, uint8_t bytes[16], uint16_t *port) {
  char text[64];
  bool ipv4;
  if (node.len >= sizeof text) {
    return false;
  }
  memcpy(text, node.data, node.len);
  text[node.len] = '\0';
  char *host = text;
  char *after = strchr(text, ':');
  if (text[0] == '[') {
    host = text + 1;
    after = strchr(text, ']');
    if (after == NULL) {
      return false;
    }
    *after++ = '\0';
  } else if (after != NULL && strchr(after + 1, ':') != NULL) {
    after = NULL; /* a bare IPv6 address */
  }
  *port = 0;
  if (after != NULL && *after == ':') {
    *after = '\0';
    *port = (uint16_t)strtoul(after + 1, NULL, 10);
  }
  return parse_address(host, bytes, &ipv4);
}

static bool is_mapped(const uint8_t bytes[16]) {
  return memcmp(bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

static bool assign(union ws_address *peer, const uint8_t bytes[16], uint16_t port) {
  if (peer->any.sa_family == AF_INET6) {
    memcpy(&peer->v6.sin6_addr, bytes, 16);
    peer->v6.sin6_port = htons(port);
    return true;
  }
  if (!is_mapped(bytes)) {
    return false;
  }
  memcpy(&peer->v4.sin_addr, bytes + 12, 4);
  peer->v4.sin_port = htons(port);
  return true;
}

/* What the two fields say, the nearest hop first. */
struct claims {
  struct ws_span standard[WS_FORWARDED_MAX];
  struct ws_span other[WS_FORWARDED_MAX];
  size_t standard_count;
  size_t other_count;
};

static void claims_read(struct claims *claims, const uint8_t *head, size_t len) {
  claims->standard_count = ws_forwarded_list(head, len, WS_FORWARDED, claims->standard);
  claims->other_count = ws_forwarded_list(head, len, WS_X_FORWARDED_FOR, claims->other);
}

/* Whom that hop names. A proxy adds to one field and passes on the other as the client sent it, and which is which cannot be
 * told: where both are there they have to say the same. False, and nothing is changed, when they do not, or name nobody. */
static bool claims_agree(const struct claims *claims, size_t hop, uint8_t bytes[16], uint16_t *port) {
  uint8_t standard[16];
  uint8_t other[16];
  uint16_t standard_port = 0;
  uint16_t other_port = 0;
  bool has_standard = hop < claims->standard_count && parse_node(claims->standard[hop], standard, &standard_port);
  bool has_other = hop < claims->other_count && parse_node(claims->other[hop], other, &other_port);
  if ((claims->standard_count > 0 && !has_standard) || (claims->other_count > 0 && !has_other) ||
      (!has_standard && !has_other) || (has_standard && has_other && memcmp(standard, other, sizeof standard) != 0)) {
    return false;
  }
  memcpy(bytes, has_standard ? standard : other, sizeof standard);
  *port = standard_port != 0 ? standard_port : other_port;
  return true;
}

bool ws_trust_apply(const struct ws_trust *trust, union ws_address *peer, const uint8_t *head, size_t len) {
  uint8_t bytes[16];
  if (trust->count == 0 || (peer->any.sa_family != AF_INET && peer->any.sa_family != AF_INET6)) {
    return false;
  }
  bytes_of(peer, bytes);
  if (!is_trusted(trust, bytes)) {
    return false;
  }
  struct claims claims;
  claims_read(&claims, head, len);
  size_t hops = 0;
  uint16_t port = 0;
  while ((hops == 0 || is_trusted(trust, bytes)) && claims_agree(&claims, hops, bytes, &port)) {
    hops++;
  }
  return hops > 0 && assign(peer, bytes, port);
}
