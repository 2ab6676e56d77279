#include "identity.h"

#include <stdbool.h>
#include <string.h>

#include "openssl.h"

/* The name is that of a pointer only: an identity is an SSL_CTX, which counts who uses it. */
static struct ws_tls_identity *as_identity(SSL_CTX *context) {
  return (struct ws_tls_identity *)(void *)context;
}

/* Otherwise OpenSSL would ask on the terminal. */
static int no_password(char *buf, int size, int rwflag, void *userdata) {
  (void)buf;
  (void)size;
  (void)rwflag;
  (void)userdata;
  return -1;
}

static BIO *reader_of(const char *pem) {
  return BIO_new_mem_buf(pem, (int)strlen(pem));
}

static bool add_to_chain(SSL_CTX *context, X509 *certificate) {
  if (SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0, certificate) == 1) {
    return true;
  }
  X509_free(certificate);
  return false;
}

/* A text may hold other things between the certificates; they are passed over. */
static bool use_certificates(SSL_CTX *context, BIO *from) {
  X509 *certificate = PEM_read_bio_X509_AUX(from, NULL, no_password, NULL);
  bool used = certificate != NULL && SSL_CTX_use_certificate(context, certificate) == 1;
  X509_free(certificate);
  while (used && (certificate = PEM_read_bio_X509(from, NULL, no_password, NULL)) != NULL) {
    used = add_to_chain(context, certificate);
  }
  return used;
}

static bool use_key(SSL_CTX *context, BIO *from) {
  EVP_PKEY *key = PEM_read_bio_PrivateKey(from, NULL, no_password, NULL);
  bool used = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;
  EVP_PKEY_free(key);
  return used;
}

static bool use_pem(SSL_CTX *context, const char *pem, bool (*use)(SSL_CTX *context, BIO *from)) {
  BIO *from = reader_of(pem);
  bool used = from != NULL && use(context, from);
  BIO_free(from);
  return used;
}

static void set_rules(SSL_CTX *context) {
  /* A client could have us compute new keys without end. Whoever ends without saying so has ended all the same: WebSocket has
   * an end of its own. */
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  /* Clients keep their sessions themselves, in tickets. */
  SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, NULL);
  SSL_CTX_ctrl(context, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
  SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, NULL);
}

static bool is_empty(const char *list) {
  return *list == '\0';
}

static void set_versions(SSL_CTX *context, const struct ws_tls_words *words) {
  long least = is_empty(words->ciphers) ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, least, NULL);
  if (is_empty(words->suites)) {
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);
  }
}

/* NULL when all is well. */
static const char *configure(SSL_CTX *context, const struct ws_tls_words *words) {
  set_rules(context);
  set_versions(context, words);
  if (is_empty(words->ciphers) && is_empty(words->suites)) {
    return "there is no cipher in the list";
  }
  if (!is_empty(words->ciphers) && SSL_CTX_set_cipher_list(context, words->ciphers) != 1) {
    return "no cipher of the list is known";
  }
  if (!is_empty(words->suites) && SSL_CTX_set_ciphersuites(context, words->suites) != 1) {
    return "a cipher suite of the list is not known";
  }
  if (!use_pem(context, words->certificate, use_certificates)) {
    return "the certificate cannot be read";
  }
  if (!use_pem(context, words->key, use_key) || SSL_CTX_check_private_key(context) != 1) {
    return "the key cannot be read, or is not the certificate's";
  }
  return NULL;
}

struct ws_tls_identity *ws_tls_identity_create(const struct ws_tls_words *words, const char **why) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  *why = context != NULL ? configure(context, words) : "there is no memory";
  ERR_clear_error();
  if (*why != NULL) {
    SSL_CTX_free(context);
    return NULL;
  }
  return as_identity(context);
}

void ws_tls_identity_free(struct ws_tls_identity *identity) {
  SSL_CTX_free((SSL_CTX *)(void *)identity);
}
