#include "address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ws_address_parse(const char *text, uint16_t port, union ws_address *address) {
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    return true;
  }
  if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    return true;
  }
  return false;
}

/* 0: there is no such interface. */
static uint32_t scope_named(const char *zone) {
  char *end;
  unsigned long number = strtoul(zone, &end, 10);
  bool is_number = *zone >= '0' && *zone <= '9' && *end == '\0' && number <= UINT32_MAX;
  return is_number ? (uint32_t)number : if_nametoindex(zone);
}

bool ws_address_parse_zoned(const char *text, uint16_t port, union ws_address *address) {
  char host[INET6_ADDRSTRLEN];
  size_t len = strcspn(text, "%");
  if (text[len] == '\0') {
    return ws_address_parse(text, port, address);
  }
  memset(address, 0, sizeof *address);
  uint32_t scope = scope_named(text + len + 1);
  if (scope == 0 || len >= sizeof host) {
    return false;
  }
  *stpncpy(host, text, len) = '\0';
  bool known = ws_address_parse(host, port, address);
  ws_address_set_scope(address, scope);
  return known;
}

uint32_t ws_address_scope(const union ws_address *address) {
  return address->any.sa_family == AF_INET6 ? address->v6.sin6_scope_id : 0;
}

void ws_address_set_scope(union ws_address *address, uint32_t scope) {
  if (address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&address->v6.sin6_addr)) {
    address->v6.sin6_scope_id = scope;
  }
}

socklen_t ws_address_len(const union ws_address *address) {
  return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}

uint16_t ws_address_port(const union ws_address *address) {
  switch (address->any.sa_family) {
    case AF_INET:
      return ntohs(address->v4.sin_port);
    case AF_INET6:
      return ntohs(address->v6.sin6_port);
    default:
      return 0;
  }
}

/* The IPv4 address in network order when there is one, plain or mapped. */
static bool as_ipv4(const union ws_address *address, struct in_addr *ipv4) {
  if (address->any.sa_family == AF_INET) {
    *ipv4 = address->v4.sin_addr;
    return true;
  }
  if (address->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
    memcpy(ipv4, &address->v6.sin6_addr.s6_addr[12], sizeof *ipv4);
    return true;
  }
  return false;
}

bool ws_address_is_loopback(const union ws_address *address) {
  struct in_addr ipv4;
  if (as_ipv4(address, &ipv4)) {
    return (ntohl(ipv4.s_addr) >> 24) == 127;
  }
  return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

bool ws_address_is_wildcard(const union ws_address *address) {
  if (address->any.sa_family == AF_INET) {
    return address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
  }
  return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
}

void ws_address_widen(union ws_address *address) {
  if (address->any.sa_family != AF_INET) {
    return;
  }
  struct sockaddr_in6 wide = {.sin6_family = AF_INET6, .sin6_port = address->v4.sin_port};
  wide.sin6_addr.s6_addr[10] = 0xff;
  wide.sin6_addr.s6_addr[11] = 0xff;
  memcpy(&wide.sin6_addr.s6_addr[12], &address->v4.sin_addr, sizeof address->v4.sin_addr);
  address->v6 = wide;
}

void ws_address_host(const union ws_address *address, char *text, size_t len) {
  struct in_addr ipv4;
  text[0] = '\0';
  if (as_ipv4(address, &ipv4)) {
    inet_ntop(AF_INET, &ipv4, text, (socklen_t)len);
  } else if (address->any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &address->v6.sin6_addr, text, (socklen_t)len);
  }
}

void ws_address_text(const union ws_address *address, char *text, size_t len) {
  char host[INET6_ADDRSTRLEN];
  unsigned port = ws_address_port(address);
  ws_address_host(address, host, sizeof host);
  if (host[0] == '\0') {
    snprintf(text, len, "?");
  } else if (strchr(host, ':') != NULL) {
    snprintf(text, len, "[%s]:%u", host, port);
  } else {
    snprintf(text, len, "%s:%u", host, port);
  }
}
