#include "identity.h"

#include <stdbool.h>

#include "openssl.h"
#include "pem.h"
#include "rules.h"

static int add_to_chain(SSL_CTX *context, X509 *certificate) {
  if (SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0, certificate) == 1) {
    return 1;
  }
  X509_free(certificate);
  return 0;
}

static bool use_certificates(SSL_CTX *context, BIO *from) {
  X509 *certificate = PEM_read_bio_X509_AUX(from, NULL, ws_tls_no_password, NULL);
  bool used = certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;
  X509_free(certificate);
  return used && ws_tls_each_certificate(context, from, add_to_chain) != WS_TLS_DAMAGED;
}

static bool use_key(SSL_CTX *context, BIO *from) {
  EVP_PKEY *key = PEM_read_bio_PrivateKey(from, NULL, ws_tls_no_password, NULL);
  bool used = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;
  EVP_PKEY_free(key);
  return used;
}

static bool use_pem(SSL_CTX *context, const char *pem, bool (*use)(SSL_CTX *context, BIO *from)) {
  BIO *from = ws_tls_reader_of(pem);
  bool used = from != NULL && use(context, from);
  BIO_free(from);
  return used;
}

/* NULL when all is well. */
static const char *configure(SSL_CTX *context, const struct ws_tls_words *words) {
  const char *why = ws_tls_set_rules(context, words->ciphers, words->suites);
  if (why != NULL) {
    return why;
  }
  /* Clients keep their sessions themselves, in tickets. */
  SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, NULL);
  if (!use_pem(context, words->certificate, use_certificates)) {
    return "the certificate, or one of its chain, cannot be read";
  }
  if (!use_pem(context, words->key, use_key) || SSL_CTX_check_private_key(context) != 1) {
    return "the key cannot be read, or is not the certificate's";
  }
  return NULL;
}

struct ws_tls_identity *ws_tls_identity_create(const struct ws_tls_words *words, const char **why) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  *why = context != NULL ? configure(context, words) : "there is no memory";
  return (struct ws_tls_identity *)(void *)ws_tls_sound_or_freed(context, *why);
}

void ws_tls_identity_free(struct ws_tls_identity *identity) {
  SSL_CTX_free((SSL_CTX *)(void *)identity);
}
