#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "state.h"

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

void ws_address_text(const union ws_address *address, char *text, size_t len) {
  char host[INET6_ADDRSTRLEN] = "?";
  struct in_addr ipv4;
  unsigned port = ws_address_port(address);
  if (as_ipv4(address, &ipv4)) {
    inet_ntop(AF_INET, &ipv4, host, sizeof host);
    snprintf(text, len, "%s:%u", host, port);
  } else if (address->any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
    snprintf(text, len, "[%s]:%u", host, port);
  } else {
    snprintf(text, len, "?");
  }
}
