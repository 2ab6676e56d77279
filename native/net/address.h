/* Internet addresses of sockets. */
#ifndef WS_NET_ADDRESS_H
#define WS_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Of another family than these two: only any.sa_family says something. */
union ws_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/* From what inet_pton(3) understands. False, and *address of no family, when it is no address. */
bool ws_address_parse(const char *text, uint16_t port, union ws_address *address);
/* Likewise, with the zone that may stand behind a % (RFC 4007 section 11): an interface, by its name or number. False, too, when
 * there is none such. */
bool ws_address_parse_zoned(const char *text, uint16_t port, union ws_address *address);
/* The interface to which a link-local IPv6 address belongs (ipv6(7)); 0: none, or not said.
 * Setting it changes no other address. */
uint32_t ws_address_scope(const union ws_address *address);
void ws_address_set_scope(union ws_address *address, uint32_t scope);
/* What bind(2) and connect(2) want to know. */
socklen_t ws_address_len(const union ws_address *address);
/* Port number in host order, 0 when it is not an Internet address. */
uint16_t ws_address_port(const union ws_address *address);
/* 127.0.0.0/8, ::1, or the former mapped into IPv6. */
bool ws_address_is_loopback(const union ws_address *address);
/* 0.0.0.0 or ::, as what a socket is bound to. */
bool ws_address_is_wildcard(const union ws_address *address);
/* An IPv4 address becomes the same one mapped into IPv6 (RFC 4291 section 2.5.5.2); others stay. */
void ws_address_widen(union ws_address *address);

/* "192.0.2.1:80", "[::1]:80"; mapped IPv4 is written as IPv4; "?" for another family. Writes at most len bytes, NUL included. */
#define WS_ADDRESS_TEXT_MAX 64
void ws_address_text(const union ws_address *address, char *text, size_t len);
/* Without port and brackets; "" for another family. */
void ws_address_host(const union ws_address *address, char *text, size_t len);

#endif
