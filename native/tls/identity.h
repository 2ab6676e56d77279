/* What a server shows of itself in a TLS handshake, and under which rules it speaks. */
#ifndef WS_TLS_IDENTITY_H
#define WS_TLS_IDENTITY_H

#include <stddef.h>

/* Connections that were begun with it keep what they need of it. */
struct ws_tls_identity;

/* PEM texts, and lists as SSL_CTX_set_cipher_list(3) reads them. With an empty list that version of TLS is not spoken. */
struct ws_tls_words {
  const char *certificate; /* the server's, then those that lead to a root */
  const char *key;         /* without a pass phrase */
  const char *ciphers;     /* for TLS 1.2 */
  const char *suites;      /* for TLS 1.3 */
};

/* TLS 1.2 and up. NULL when it cannot be used; *why is then a static text. May be called from any thread. */
struct ws_tls_identity *ws_tls_identity_create(const struct ws_tls_words *words, const char **why);
void ws_tls_identity_free(struct ws_tls_identity *identity);

#endif
