#include "rules.h"

#include <stdbool.h>

static bool is_empty(const char *list) {
  return *list == '\0';
}

static void set_versions(SSL_CTX *context, const char *ciphers, const char *suites) {
  SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, is_empty(ciphers) ? TLS1_3_VERSION : TLS1_2_VERSION, NULL);
  if (is_empty(suites)) {
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);
  }
}

const char *ws_tls_set_rules(SSL_CTX *context, const char *ciphers, const char *suites) {
  /* A peer could have us compute new keys without end. Whoever ends without saying so has ended all the same: what is carried has
   * an end of its own. */
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_ctrl(context, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
  SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, NULL);
  set_versions(context, ciphers, suites);
  if (is_empty(ciphers) && is_empty(suites)) {
    return "there is no cipher in the list";
  }
  if (!is_empty(ciphers) && SSL_CTX_set_cipher_list(context, ciphers) != 1) {
    return "no cipher of the list is known";
  }
  if (!is_empty(suites) && SSL_CTX_set_ciphersuites(context, suites) != 1) {
    return "a cipher suite of the list is not known";
  }
  return NULL;
}

SSL_CTX *ws_tls_sound_or_freed(SSL_CTX *context, const char *why) {
  ERR_clear_error();
  if (why == NULL) {
    return context;
  }
  SSL_CTX_free(context);
  return NULL;
}
