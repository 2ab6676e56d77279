/* What a server shows of itself in a TLS handshake, and under which rules it speaks. */
#ifndef WS_TLS_IDENTITY_H
#define WS_TLS_IDENTITY_H

#include <stddef.h>

/* Connections that were begun with it keep what they need of it. */
struct ws_tls_identity;

/* PEM texts, and ciphers as ws_tls_set_rules has them. */
struct ws_tls_words {
  const char *certificate; /* the server's, then those that lead to a root */
  const char *key;         /* without a pass phrase */
  const char *ciphers;
  const char *suites;
};

/* NULL when it cannot be used; *why is then a static text. May be called from any thread. */
struct ws_tls_identity *ws_tls_identity_create(const struct ws_tls_words *words, const char **why);
void ws_tls_identity_free(struct ws_tls_identity *identity);

#endif
