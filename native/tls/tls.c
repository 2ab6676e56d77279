#define _GNU_SOURCE
#include "tls.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openssl.h"
#include "transport.h"

#define REASON_MAX 64

struct ws_tls {
  SSL *ssl;
  struct ws_tls_transport *transport;
  bool broken; /* nothing can be said any more */
  bool ended;  /* close_notify has been sent */
  char reason[REASON_MAX];
};

static struct ws_tls *make(SSL_CTX *context, int fd, struct ws_tls_bench *bench) {
  struct ws_tls *tls = calloc(1, sizeof *tls);
  if (tls == NULL) {
    return NULL;
  }
  tls->transport = ws_tls_transport_create(fd, bench);
  tls->ssl = tls->transport != NULL ? SSL_new(context) : NULL;
  BIO *bio = tls->ssl != NULL ? ws_tls_transport_bio(tls->transport) : NULL;
  if (bio == NULL) {
    ws_tls_free(tls);
    return NULL;
  }
  SSL_set_bio(tls->ssl, bio, bio);
  return tls;
}

struct ws_tls *ws_tls_accept(struct ws_tls_identity *identity, int fd, struct ws_tls_bench *bench) {
  struct ws_tls *tls = make((SSL_CTX *)(void *)identity, fd, bench);
  if (tls != NULL) {
    SSL_set_accept_state(tls->ssl);
  }
  return tls;
}

/* False when there is no memory. Addresses are not sent as names (RFC 6066 section 3). */
static bool expect_host(SSL *ssl, const char *host) {
  struct in6_addr address;
  bool is_address = inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
  if (is_address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
  }
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)host) == 1 &&
         X509_VERIFY_PARAM_set1_host(SSL_get0_param(ssl), host, 0) == 1;
}

struct ws_tls *ws_tls_connect(struct ws_tls_trust *trust, const char *host, int fd, struct ws_tls_bench *bench) {
  struct ws_tls *tls = make((SSL_CTX *)(void *)trust, fd, bench);
  if (tls == NULL) {
    return NULL;
  }
  SSL_set_connect_state(tls->ssl);
  if (!expect_host(tls->ssl, host)) {
    ws_tls_free(tls);
    return NULL;
  }
  return tls;
}

void ws_tls_free(struct ws_tls *tls) {
  if (tls != NULL) {
    SSL_free(tls->ssl);
    ws_tls_transport_free(tls->transport);
    free(tls);
  }
}

/* As Node writes OpenSSL's words: in capitals, joined by underscores. */
static void name_reason(struct ws_tls *tls) {
  const char *words = ERR_reason_error_string(ERR_peek_error());
  long proof = SSL_get_verify_result(tls->ssl);
  int error = ws_tls_transport_error(tls->transport);
  if (SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_PEER && proof != X509_V_OK) {
    snprintf(tls->reason, sizeof tls->reason, "%s", X509_verify_cert_error_string(proof));
  } else if (error != 0) {
    snprintf(tls->reason, sizeof tls->reason, "%s", strerrorname_np(error));
  } else if (ws_tls_transport_is_at_end(tls->transport) || words == NULL) {
    snprintf(tls->reason, sizeof tls->reason, "%s",
             SSL_is_server(tls->ssl) ? "client-left" : "the connection was closed");
  } else {
    snprintf(tls->reason, sizeof tls->reason, "ERR_SSL_%s", words);
    for (char *c = tls->reason; *c != '\0'; c++) {
      *c = *c == ' ' ? '_' : (char)toupper((unsigned char)*c);
    }
  }
}

static void begin_reading(struct ws_tls *tls, bool hung_up) {
  ERR_clear_error();
  ws_tls_transport_begin_reading(tls->transport, hung_up);
}

/* Records that there was no memory for leave a gap, behind which the other side understands nothing. */
static int send_records(struct ws_tls *tls) {
  int result = ws_tls_transport_send(tls->transport);
  tls->broken = tls->broken || (result != 0 && errno == ENOMEM);
  return result;
}

enum ws_tls_progress ws_tls_handshake(struct ws_tls *tls) {
  begin_reading(tls, false);
  int result = SSL_do_handshake(tls->ssl);
  int error = result == 1 ? 0 : SSL_get_error(tls->ssl, result);
  if (error != 0 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
    name_reason(tls);
    tls->broken = true;
  }
  /* The alert that says why, too. Whether it arrives shows in what comes back. */
  send_records(tls);
  ERR_clear_error();
  if (tls->broken) {
    return WS_TLS_FAILED;
  }
  return error == 0 ? WS_TLS_DONE : WS_TLS_MORE;
}

const char *ws_tls_reason(const struct ws_tls *tls) {
  return tls->reason;
}

void ws_tls_expect_bulk(struct ws_tls *tls) {
  SSL_set_default_read_buffer_len(tls->ssl, WS_TLS_BULK_READ_BYTES);
}

enum read { READ_PAYLOAD, READ_NOTHING, READ_END, READ_ERROR };

/* The payload of one record at most. */
static enum read read_record(struct ws_tls *tls, uint8_t *bytes, size_t len, size_t *done) {
  int result = SSL_read_ex(tls->ssl, bytes, len, done);
  if (result == 1) {
    ws_tls_transport_payload_came(tls->transport);
    return READ_PAYLOAD;
  }
  switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return READ_NOTHING;
    case SSL_ERROR_ZERO_RETURN:
      return READ_END;
    default:
      return ws_tls_transport_is_at_end(tls->transport) ? READ_END : READ_ERROR;
  }
}

ssize_t ws_tls_recv(struct ws_tls *tls, void *bytes, size_t len, bool hung_up) {
  size_t got = 0;
  enum read last = tls->broken ? READ_ERROR : READ_PAYLOAD;
  begin_reading(tls, hung_up);
  while (last == READ_PAYLOAD && got < len) {
    size_t done = 0;
    last = read_record(tls, (uint8_t *)bytes + got, len - got, &done);
    got += done;
  }
  if (last == READ_ERROR) {
    tls->broken = true;
  }
  send_records(tls);
  ERR_clear_error();
  if (got > 0) {
    /* An end or an error behind the payload is for the next call. */
    return (ssize_t)got;
  }
  if (last == READ_END) {
    return 0;
  }
  int error = ws_tls_transport_error(tls->transport);
  errno = last != READ_ERROR ? EAGAIN : error != 0 ? error : EPROTO;
  return -1;
}

bool ws_tls_is_dry(const struct ws_tls *tls) {
  return ws_tls_transport_is_dry(tls->transport);
}

/* Nothing can be said any more. That is so, too, when the stream has ended in the middle of a message whose rest OpenSSL wants to
 * read first. */
static bool has_done_talking(const struct ws_tls *tls) {
  return tls->broken || tls->ended || (SSL_in_init(tls->ssl) && ws_tls_transport_is_at_end(tls->transport));
}

bool ws_tls_is_mute(const struct ws_tls *tls) {
  return SSL_in_init(tls->ssl) && !has_done_talking(tls);
}

static bool write_records(struct ws_tls *tls, const void *bytes, size_t len) {
  size_t done = 0;
  return len == 0 || SSL_write_ex(tls->ssl, bytes, len, &done) == 1;
}

/* Short spans share a record; of a long one full records are made where it lies. */
static bool write_spans(struct ws_tls *tls, const struct ws_span *spans, size_t count) {
  uint8_t record[WS_TLS_RECORD_PAYLOAD_MAX];
  size_t filled = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *bytes = spans[i].data;
    for (size_t left = spans[i].len, part; left > 0; bytes += part, left -= part) {
      if (filled == 0 && left >= sizeof record) {
        part = left - left % sizeof record;
        if (!write_records(tls, bytes, part)) {
          return false;
        }
        continue;
      }
      part = left < sizeof record - filled ? left : sizeof record - filled;
      memcpy(record + filled, bytes, part);
      filled += part;
      if (filled == sizeof record) {
        if (!write_records(tls, record, filled)) {
          return false;
        }
        filled = 0;
      }
    }
  }
  return write_records(tls, record, filled);
}

ssize_t ws_tls_send(struct ws_tls *tls, const struct ws_span *spans, size_t count) {
  if (has_done_talking(tls)) {
    errno = EPIPE;
    return -1;
  }
  if (ws_tls_is_mute(tls) || ws_tls_transport_waiting(tls->transport) > 0) {
    errno = EAGAIN;
    return -1;
  }
  ERR_clear_error();
  ws_tls_transport_expect_payload(tls->transport, true);
  bool written = write_spans(tls, spans, count);
  ws_tls_transport_expect_payload(tls->transport, false);
  ERR_clear_error();
  if (!written) {
    tls->broken = true;
    ws_tls_transport_discard(tls->transport);
    errno = EPROTO;
    return -1;
  }
  if (send_records(tls) != 0) {
    return -1;
  }
  size_t len = 0;
  for (size_t i = 0; i < count; i++) {
    len += spans[i].len;
  }
  return (ssize_t)len;
}

int ws_tls_flush(struct ws_tls *tls) {
  return ws_tls_transport_flush(tls->transport);
}

size_t ws_tls_waiting(const struct ws_tls *tls) {
  return ws_tls_transport_waiting(tls->transport);
}

uint64_t ws_tls_sent(const struct ws_tls *tls) {
  return ws_tls_transport_sent(tls->transport);
}

bool ws_tls_end(struct ws_tls *tls) {
  if (has_done_talking(tls)) {
    return true;
  }
  if (ws_tls_is_mute(tls)) {
    return false;
  }
  tls->ended = true;
  ERR_clear_error();
  SSL_shutdown(tls->ssl);
  ERR_clear_error();
  send_records(tls);
  return true;
}
