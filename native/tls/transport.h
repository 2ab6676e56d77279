/* The socket beneath a TLS connection, which does not block, and how OpenSSL reaches it: as a BIO. Records come out of it with one
 * read a call. Those that OpenSSL makes gather on a bench, go into the socket together, and what it does not take waits here. */
#ifndef WS_TLS_TRANSPORT_H
#define WS_TLS_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench.h"
#include "openssl.h"

/* RFC 8446 section 5.1. */
#define WS_TLS_RECORD_PAYLOAD_MAX 16384
/* Four full records, with what they have around their payload (section 5.2). */
#define WS_TLS_BULK_READ_BYTES (4 * (WS_TLS_RECORD_PAYLOAD_MAX + 256))

struct ws_tls_transport;

/* The descriptor stays the caller's. NULL when there is no memory. */
struct ws_tls_transport *ws_tls_transport_create(int fd, struct ws_tls_bench *bench);
void ws_tls_transport_free(struct ws_tls_transport *transport);
/* For both directions; to be freed before the transport is. NULL when there is no memory. */
BIO *ws_tls_transport_bio(struct ws_tls_transport *transport);

/* From now on the socket may be read once more. `hung_up`: the end is known to lie in it, behind whatever else does. */
void ws_tls_transport_begin_reading(struct ws_tls_transport *transport, bool hung_up);
/* What has been read had some: without any there may not be more than a certain amount, then reading fails with EPROTO. */
void ws_tls_transport_payload_came(struct ws_tls_transport *transport);
/* Whether more has been asked for than the socket, then empty, had. */
bool ws_tls_transport_is_dry(const struct ws_tls_transport *transport);
/* Whether the end of the stream has been read. */
bool ws_tls_transport_is_at_end(const struct ws_tls_transport *transport);
/* Why the BIO has failed since reading began: an errno, or 0. */
int ws_tls_transport_error(const struct ws_tls_transport *transport);

/* Whether the records that come next are payload. Otherwise they are answers that OpenSSL gives by itself, and to a peer that takes
 * none of them only so many are made. */
void ws_tls_transport_expect_payload(struct ws_tls_transport *transport, bool expected);
/* Sends what has been made, behind what waits. -1 with errno when it is lost: for want of memory (ENOMEM), or because the socket
 * takes nothing ever again. */
int ws_tls_transport_send(struct ws_tls_transport *transport);
/* Drops what has been made and not been sent. */
void ws_tls_transport_discard(struct ws_tls_transport *transport);
/* Sends what waits, as much of it as the socket takes. -1 with errno when it takes nothing ever again. */
int ws_tls_transport_flush(struct ws_tls_transport *transport);
/* Bytes that wait. */
size_t ws_tls_transport_waiting(const struct ws_tls_transport *transport);
/* Bytes that the socket has taken since the beginning. */
uint64_t ws_tls_transport_sent(const struct ws_tls_transport *transport);

#endif
