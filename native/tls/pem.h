/* Certificates and keys as text (RFC 7468). */
#ifndef WS_TLS_PEM_H
#define WS_TLS_PEM_H

#include "openssl.h"

/* Reads such a text with OpenSSL's functions; BIO_free when done. */
BIO *ws_tls_reader_of(const char *pem);
/* A pem_password_cb: otherwise OpenSSL would ask on the terminal. */
int ws_tls_no_password(char *buf, int size, int rwflag, void *userdata);

#define WS_TLS_DAMAGED (-1)

/* Gives `take`, which owns it then, each certificate that is still to be read; whatever else stands between them is passed over.
 * Returns how many there were, or WS_TLS_DAMAGED when one cannot be read or taken. */
int ws_tls_each_certificate(SSL_CTX *context, BIO *from, int (*take)(SSL_CTX *context, X509 *certificate));

#endif
