#include "trust.h"

#include <stdbool.h>

#include "openssl.h"
#include "rules.h"

/* False when there is none. */
static bool add_roots(SSL_CTX *context, BIO *from) {
  X509_STORE *store = SSL_CTX_get_cert_store(context);
  bool any = false;
  X509 *certificate;
  while ((certificate = PEM_read_bio_X509(from, NULL, ws_tls_no_password, NULL)) != NULL) {
    any = X509_STORE_add_cert(store, certificate) == 1 || any;
    X509_free(certificate);
  }
  return any;
}

/* NULL when all is well. */
static const char *configure(SSL_CTX *context, const struct ws_tls_trust_words *words) {
  const char *why = ws_tls_set_rules(context, words->ciphers, words->suites);
  if (why != NULL || words->roots == NULL) {
    return why;
  }
  BIO *from = ws_tls_reader_of(words->roots);
  bool any = from != NULL && add_roots(context, from);
  BIO_free(from);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  return any ? NULL : "there is no certificate in it";
}

struct ws_tls_trust *ws_tls_trust_create(const struct ws_tls_trust_words *words, const char **why) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  *why = context != NULL ? configure(context, words) : "there is no memory";
  return (struct ws_tls_trust *)(void *)ws_tls_sound_or_freed(context, *why);
}

void ws_tls_trust_free(struct ws_tls_trust *trust) {
  SSL_CTX_free((SSL_CTX *)(void *)trust);
}
