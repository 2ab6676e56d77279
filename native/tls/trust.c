#include "trust.h"

#include "openssl.h"
#include "pem.h"
#include "rules.h"

static int add_root(SSL_CTX *context, X509 *certificate) {
  int added = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
  X509_free(certificate);
  return added;
}

/* NULL when all is well. */
static const char *configure(SSL_CTX *context, const struct ws_tls_trust_words *words) {
  const char *why = ws_tls_set_rules(context, words->ciphers, words->suites);
  if (why != NULL || words->roots == NULL) {
    return why;
  }
  BIO *from = ws_tls_reader_of(words->roots);
  int count = from != NULL ? ws_tls_each_certificate(context, from, add_root) : WS_TLS_DAMAGED;
  BIO_free(from);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  if (count == WS_TLS_DAMAGED) {
    return "a certificate in it cannot be read";
  }
  return count > 0 ? NULL : "there is no certificate in it";
}

struct ws_tls_trust *ws_tls_trust_create(const struct ws_tls_trust_words *words, const char **why) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  *why = context != NULL ? configure(context, words) : "there is no memory";
  return (struct ws_tls_trust *)(void *)ws_tls_sound_or_freed(context, *why);
}

void ws_tls_trust_free(struct ws_tls_trust *trust) {
  SSL_CTX_free((SSL_CTX *)(void *)trust);
}
