/* Whom a client believes in a TLS handshake, and under which rules it speaks. */
#ifndef WS_TLS_TRUST_H
#define WS_TLS_TRUST_H

/* Connections that were begun with it keep what they need of it. */
struct ws_tls_trust;

struct ws_tls_trust_words {
  const char *roots;   /* PEM: certificates of those who are believed; NULL: nobody is asked who he is */
  const char *ciphers; /* as ws_tls_set_rules has them */
  const char *suites;
};

/* NULL when it cannot be used; *why is then a static text. May be called from any thread. */
struct ws_tls_trust *ws_tls_trust_create(const struct ws_tls_trust_words *words, const char **why);
void ws_tls_trust_free(struct ws_tls_trust *trust);

#endif
