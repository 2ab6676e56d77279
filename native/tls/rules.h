/* What holds for both sides of a handshake. */
#ifndef WS_TLS_RULES_H
#define WS_TLS_RULES_H

#include "openssl.h"

/* TLS 1.2 and up, with the ciphers of these lists, as SSL_CTX_set_cipher_list(3) reads them: for TLS 1.2, and for TLS 1.3. With an
 * empty list that version is not spoken. NULL when all is well, otherwise a static text. */
const char *ws_tls_set_rules(SSL_CTX *context, const char *ciphers, const char *suites);

/* Ends with the context unless `why` is NULL: then it is returned. */
SSL_CTX *ws_tls_sound_or_freed(SSL_CTX *context, const char *why);

#endif
