/* What is used of OpenSSL 3, which Node brings along and re-exports for addons (nodejs.org/api/addons.html, "Linking to
 * libraries included with Node.js"). Its headers come neither with node-api-headers nor with every Node, so that the few
 * declarations stand here; OpenSSL keeps them as they are in all versions 3.x (openssl-versioning(7)), and test/tls holds them
 * against its headers. */
#ifndef WS_TLS_OPENSSL_H
#define WS_TLS_OPENSSL_H

#include <stddef.h>
#include <stdint.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct x509_st X509;
typedef struct x509_store_st X509_STORE;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct X509_VERIFY_PARAM_st X509_VERIFY_PARAM;
typedef int (*SSL_verify_cb)(int preverified, X509_STORE_CTX *context);
typedef struct evp_pkey_st EVP_PKEY;
typedef int pem_password_cb(char *buf, int size, int rwflag, void *userdata);

/* SSL_CTX_ctrl(3), SSL_ctrl(3): the macros of ssl.h are calls with these. */
#define SSL_CTRL_EXTRA_CHAIN_CERT 14
#define SSL_CTRL_MODE 33
#define SSL_CTRL_SET_READ_AHEAD 41
#define SSL_CTRL_SET_TLSEXT_HOSTNAME 55
#define SSL_CTRL_SET_SESS_CACHE_MODE 44
#define SSL_CTRL_SET_MIN_PROTO_VERSION 123
#define SSL_CTRL_SET_MAX_PROTO_VERSION 124
#define SSL_MODE_RELEASE_BUFFERS 0x10
#define SSL_SESS_CACHE_OFF 0
#define SSL_VERIFY_PEER 0x01
#define TLSEXT_NAMETYPE_host_name 0
#define X509_V_OK 0
#define TLS1_2_VERSION 0x0303
#define TLS1_3_VERSION 0x0304
#define SSL_OP_IGNORE_UNEXPECTED_EOF ((uint64_t)1 << 7)
#define SSL_OP_NO_RENEGOTIATION ((uint64_t)1 << 30)
#define SSL_ERROR_WANT_READ 2
#define SSL_ERROR_WANT_WRITE 3
#define SSL_ERROR_ZERO_RETURN 6

/* err.h takes an error apart with functions of its own. */
#define ERR_LIB_OFFSET 23L
#define ERR_LIB_MASK 0xFF
#define ERR_REASON_MASK 0X7FFFFF
#define ERR_LIB_PEM 9
#define PEM_R_NO_START_LINE 108

#define BIO_CTRL_EOF 2
#define BIO_CTRL_FLUSH 11
#define BIO_FLAGS_READ 0x01
#define BIO_FLAGS_WRITE 0x02
#define BIO_FLAGS_IO_SPECIAL 0x04
#define BIO_FLAGS_SHOULD_RETRY 0x08
#define BIO_TYPE_SOURCE_SINK 0x0400

const SSL_METHOD *TLS_server_method(void);
const SSL_METHOD *TLS_client_method(void);
SSL_CTX *SSL_CTX_new(const SSL_METHOD *method);
void SSL_CTX_free(SSL_CTX *context);
long SSL_CTX_ctrl(SSL_CTX *context, int command, long number, void *pointer);
uint64_t SSL_CTX_set_options(SSL_CTX *context, uint64_t options);
int SSL_CTX_set_cipher_list(SSL_CTX *context, const char *ciphers);
int SSL_CTX_set_ciphersuites(SSL_CTX *context, const char *suites);
int SSL_CTX_use_certificate(SSL_CTX *context, X509 *certificate);
int SSL_CTX_use_PrivateKey(SSL_CTX *context, EVP_PKEY *key);
int SSL_CTX_check_private_key(const SSL_CTX *context);
void SSL_CTX_set_verify(SSL_CTX *context, int mode, SSL_verify_cb callback);
X509_STORE *SSL_CTX_get_cert_store(const SSL_CTX *context);

SSL *SSL_new(SSL_CTX *context);
void SSL_free(SSL *ssl);
void SSL_set_bio(SSL *ssl, BIO *in, BIO *out);
void SSL_set_accept_state(SSL *ssl);
void SSL_set_connect_state(SSL *ssl);
long SSL_ctrl(SSL *ssl, int command, long number, void *pointer);
int SSL_get_verify_mode(const SSL *ssl);
long SSL_get_verify_result(const SSL *ssl);
X509_VERIFY_PARAM *SSL_get0_param(SSL *ssl);
void SSL_set_default_read_buffer_len(SSL *ssl, size_t len);
int SSL_is_server(const SSL *ssl);
int SSL_in_init(const SSL *ssl);
int SSL_do_handshake(SSL *ssl);
int SSL_read_ex(SSL *ssl, void *bytes, size_t len, size_t *done);
int SSL_write_ex(SSL *ssl, const void *bytes, size_t len, size_t *done);
int SSL_shutdown(SSL *ssl);
int SSL_get_error(const SSL *ssl, int result);

int BIO_get_new_index(void);
BIO_METHOD *BIO_meth_new(int type, const char *name);
int BIO_meth_set_read(BIO_METHOD *method, int (*function)(BIO *bio, char *bytes, int len));
int BIO_meth_set_write(BIO_METHOD *method, int (*function)(BIO *bio, const char *bytes, int len));
int BIO_meth_set_ctrl(BIO_METHOD *method, long (*function)(BIO *bio, int command, long number, void *pointer));
BIO *BIO_new(const BIO_METHOD *method);
BIO *BIO_new_mem_buf(const void *bytes, int len);
int BIO_free(BIO *bio);
void BIO_set_data(BIO *bio, void *data);
void *BIO_get_data(BIO *bio);
void BIO_set_init(BIO *bio, int init);
void BIO_set_flags(BIO *bio, int flags);
void BIO_clear_flags(BIO *bio, int flags);

X509 *PEM_read_bio_X509(BIO *bio, X509 **out, pem_password_cb *password, void *argument);
X509 *PEM_read_bio_X509_AUX(BIO *bio, X509 **out, pem_password_cb *password, void *argument);
int X509_STORE_add_cert(X509_STORE *store, X509 *certificate);
int X509_VERIFY_PARAM_set1_host(X509_VERIFY_PARAM *param, const char *name, size_t len);
int X509_VERIFY_PARAM_set1_ip_asc(X509_VERIFY_PARAM *param, const char *address);
const char *X509_verify_cert_error_string(long result);
void X509_free(X509 *certificate);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *bio, EVP_PKEY **out, pem_password_cb *password, void *argument);
void EVP_PKEY_free(EVP_PKEY *key);

void ERR_clear_error(void);
unsigned long ERR_peek_error(void);
unsigned long ERR_peek_last_error(void);
const char *ERR_reason_error_string(unsigned long error);

#endif
