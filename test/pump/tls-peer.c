#include "tls-peer.h"

#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

static char *pem_of(BIO *bio) {
  char *text;
  long len = BIO_get_mem_data(bio, &text);
  char *pem = strndup(text, (size_t)len);
  BIO_free(bio);
  return pem;
}

char *tls_peer_make_identity(void) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  BIO *bio = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_X509(bio, certificate) == 1);
  CHECK(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pem_of(bio);
}

struct tls_peer tls_peer_begin(SSL_CTX *context, int fd) {
  struct tls_peer peer = {.ssl = SSL_new(context), .in = BIO_new(BIO_s_mem()), .out = BIO_new(BIO_s_mem()), .fd = fd};
  int on = 1;
  CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  BIO_set_mem_eof_return(peer.in, -1);
  SSL_set_bio(peer.ssl, peer.in, peer.out);
  if (SSL_CTX_get_ssl_method(context) == TLS_client_method()) {
    SSL_set_connect_state(peer.ssl);
  } else {
    SSL_set_accept_state(peer.ssl);
  }
  return peer;
}

void tls_peer_end(struct tls_peer *peer) {
  SSL_free(peer->ssl);
  close(peer->fd);
}

void tls_peer_flush(struct tls_peer *peer, size_t piece) {
  char *bytes;
  size_t len = (size_t)BIO_get_mem_data(peer->out, &bytes);
  for (size_t at = 0, part; at < len; at += part) {
    part = piece > 0 && piece < len - at ? piece : len - at;
    harness_write(peer->fd, bytes + at, part);
  }
  BIO_reset(peer->out);
}

bool tls_peer_fill(struct tls_peer *peer) {
  char bytes[16384];
  ssize_t len = read(peer->fd, bytes, sizeof bytes);
  return len > 0 && BIO_write(peer->in, bytes, (int)len) == len;
}

bool tls_peer_shake_hands(struct tls_peer *peer, size_t piece) {
  for (;;) {
    int result = SSL_do_handshake(peer->ssl);
    tls_peer_flush(peer, piece);
    if (result == 1) {
      return true;
    }
    if (SSL_get_error(peer->ssl, result) != SSL_ERROR_WANT_READ || !tls_peer_fill(peer)) {
      return false;
    }
  }
}

void tls_peer_say(struct tls_peer *peer, const void *bytes, size_t len, size_t piece) {
  CHECK(SSL_write(peer->ssl, bytes, (int)len) == (int)len);
  tls_peer_flush(peer, piece);
}

void tls_peer_hear(struct tls_peer *peer, void *bytes, size_t len) {
  for (size_t at = 0; at < len;) {
    int got = SSL_read(peer->ssl, (char *)bytes + at, (int)(len - at));
    if (got > 0) {
      at += (size_t)got;
    } else {
      CHECK(SSL_get_error(peer->ssl, got) == SSL_ERROR_WANT_READ && tls_peer_fill(peer));
    }
  }
}

size_t tls_peer_hear_what_is_there(struct tls_peer *peer) {
  char bytes[16384];
  size_t heard = 0;
  int got;
  while ((got = SSL_read(peer->ssl, bytes, sizeof bytes)) > 0) {
    heard += (size_t)got;
  }
  return heard;
}

void tls_peer_make_new_keys(struct tls_peer *peer) {
  for (int i = 0; i < 100; i++) {
    CHECK(SSL_key_update(peer->ssl, i % 2 == 0 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
    CHECK(SSL_do_handshake(peer->ssl) == 1);
  }
}
