/* The other side of a TLS connection, by OpenSSL itself, on a blocking socket. Its records are in memory on their way in and out,
 * so that they can be cut, joined, spoilt and withheld. */
#ifndef TEST_PUMP_TLS_PEER_H
#define TEST_PUMP_TLS_PEER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

struct tls_peer {
  SSL *ssl;
  BIO *in;
  BIO *out;
  int fd;
};

/* A certificate for localhost that signs itself, and its key, in one text; to be freed. */
char *tls_peer_make_identity(void);

/* On the side that the context is for. The descriptor is closed at the end. */
struct tls_peer tls_peer_begin(SSL_CTX *context, int fd);
void tls_peer_end(struct tls_peer *peer);

/* Sends the records that have been made, so many bytes with each call; 0: all with one. */
void tls_peer_flush(struct tls_peer *peer, size_t piece);
/* Reads what comes next into memory. False at the end of the stream. */
bool tls_peer_fill(struct tls_peer *peer);

/* False when the other side ends it. */
bool tls_peer_shake_hands(struct tls_peer *peer, size_t piece);
void tls_peer_say(struct tls_peer *peer, const void *bytes, size_t len, size_t piece);
/* Waits for so many bytes. */
void tls_peer_hear(struct tls_peer *peer, void *bytes, size_t len);
/* Takes the payload that has been read already; returns how much that was. */
size_t tls_peer_hear_what_is_there(struct tls_peer *peer);
/* More new keys than one call takes; they go out together with what is said next. */
void tls_peer_make_new_keys(struct tls_peer *peer);

#endif
