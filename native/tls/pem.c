#include "pem.h"

#include <stdbool.h>
#include <string.h>

BIO *ws_tls_reader_of(const char *pem) {
  return BIO_new_mem_buf(pem, (int)strlen(pem));
}

int ws_tls_no_password(char *buf, int size, int rwflag, void *userdata) {
  (void)buf;
  (void)size;
  (void)rwflag;
  (void)userdata;
  return -1;
}

/* OpenSSL tells the end of the text as an error, too. */
static bool was_the_end(void) {
  unsigned long error = ERR_peek_last_error();
  return (error >> ERR_LIB_OFFSET & ERR_LIB_MASK) == ERR_LIB_PEM && (error & ERR_REASON_MASK) == PEM_R_NO_START_LINE;
}

int ws_tls_each_certificate(SSL_CTX *context, BIO *from, int (*take)(SSL_CTX *context, X509 *certificate)) {
  int count = 0;
  X509 *certificate;
  while ((certificate = PEM_read_bio_X509(from, NULL, ws_tls_no_password, NULL)) != NULL) {
    if (!take(context, certificate)) {
      return WS_TLS_DAMAGED;
    }
    count++;
  }
  return was_the_end() ? count : WS_TLS_DAMAGED;
}
