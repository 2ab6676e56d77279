#define _GNU_SOURCE
#include "tls.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "openssl.h"

/* RFC 8446 section 5.1. */
#define RECORD_PAYLOAD_MAX 16384
/* Four full records, with what they have around their payload (section 5.2). */
#define BULK_READ_BYTES (4 * (RECORD_PAYLOAD_MAX + 256))
/* Records without any (new keys, alerts) that may come before some payload has to. */
#define WITHOUT_PAYLOAD_MAX (2 * BULK_READ_BYTES)
/* Answers that OpenSSL gives by itself to a client that takes none of them. */
#define UNASKED_MAX 65536
#define REASON_MAX 64

struct ws_tls {
  SSL *ssl;
  int fd;
  bool was_read;          /* the socket, in this call */
  bool hung_up;           /* a read that is not full does not mean that it is empty */
  bool dry;               /* it is */
  bool starved;           /* and OpenSSL has asked for more */
  bool at_end;            /* the socket has reported the end of the stream */
  bool broken;            /* nothing can be said any more */
  bool ended;             /* close_notify has been sent */
  bool sending;           /* payload; otherwise what goes out is an answer of OpenSSL's own */
  int error;              /* errno of the last recv, 0 none */
  size_t without_payload; /* bytes read since there was any */
  size_t unasked;         /* bytes of answers among those that wait */
  struct ws_tls_bench *bench;
  uint8_t *kept; /* records that the socket has not taken */
  size_t kept_at;
  size_t kept_len;
  uint64_t sent;
  char reason[REASON_MAX];
};

void ws_tls_bench_free(struct ws_tls_bench *bench) {
  free(bench->bytes);
  *bench = (struct ws_tls_bench){NULL, 0, 0};
}

static void ask_no_more(BIO *bio) {
  BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY);
}

static int come_back_later(struct ws_tls *tls, BIO *bio) {
  tls->starved = tls->dry;
  BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
  return -1;
}

static int take_from_socket(BIO *bio, char *bytes, int len) {
  struct ws_tls *tls = BIO_get_data(bio);
  ask_no_more(bio);
  if (tls->was_read) {
    return come_back_later(tls, bio);
  }
  ssize_t taken;
  do {
    taken = recv(tls->fd, bytes, (size_t)len, MSG_DONTWAIT);
  } while (taken < 0 && errno == EINTR);
  tls->was_read = true;
  tls->dry = taken < 0 || (taken < len && !tls->hung_up);
  tls->at_end = taken == 0;
  if (taken < 0 && errno == EAGAIN) {
    return come_back_later(tls, bio);
  }
  if (taken < 0) {
    tls->error = errno;
    return -1;
  }
  tls->without_payload += (size_t)taken;
  if (tls->without_payload > WITHOUT_PAYLOAD_MAX) {
    tls->error = EPROTO;
    return -1;
  }
  return (int)taken;
}

static bool make_room(struct ws_tls_bench *bench, size_t len) {
  if (bench->len + len <= bench->room) {
    return true;
  }
  size_t room = 2 * (bench->len + len);
  uint8_t *bytes = realloc(bench->bytes, room);
  if (bytes == NULL) {
    return false;
  }
  bench->bytes = bytes;
  bench->room = room;
  return true;
}

static int put_on_bench(BIO *bio, const char *bytes, int len) {
  struct ws_tls *tls = BIO_get_data(bio);
  struct ws_tls_bench *bench = tls->bench;
  ask_no_more(bio);
  tls->unasked += tls->sending ? 0 : (size_t)len;
  if (tls->unasked > UNASKED_MAX || !make_room(bench, (size_t)len)) {
    tls->error = ENOBUFS;
    return -1;
  }
  memcpy(bench->bytes + bench->len, bytes, (size_t)len);
  bench->len += (size_t)len;
  return len;
}

static long control(BIO *bio, int command, long number, void *pointer) {
  (void)number;
  (void)pointer;
  const struct ws_tls *tls = BIO_get_data(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return tls->at_end;
    default:
      return 0;
  }
}

static BIO_METHOD *method;

static void make_method(void) {
  int index = BIO_get_new_index();
  method = index < 0 ? NULL : BIO_meth_new(index | BIO_TYPE_SOURCE_SINK, "wswrap");
  if (method != NULL) {
    BIO_meth_set_read(method, take_from_socket);
    BIO_meth_set_write(method, put_on_bench);
    BIO_meth_set_ctrl(method, control);
  }
}

static BIO *bio_for(struct ws_tls *tls) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_method);
  BIO *bio = method != NULL ? BIO_new(method) : NULL;
  if (bio != NULL) {
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
  }
  return bio;
}

static struct ws_tls *make(SSL_CTX *context, int fd, struct ws_tls_bench *bench) {
  struct ws_tls *tls = calloc(1, sizeof *tls);
  if (tls == NULL) {
    return NULL;
  }
  tls->fd = fd;
  tls->bench = bench;
  tls->ssl = SSL_new(context);
  BIO *bio = tls->ssl != NULL ? bio_for(tls) : NULL;
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
    free(tls->kept);
    free(tls);
  }
}

static bool keep(struct ws_tls *tls, const uint8_t *bytes, size_t len) {
  uint8_t *kept = malloc(tls->kept_len + len);
  if (kept == NULL) {
    return false;
  }
  if (tls->kept_len > 0) {
    memcpy(kept, tls->kept + tls->kept_at, tls->kept_len);
  }
  memcpy(kept + tls->kept_len, bytes, len);
  free(tls->kept);
  tls->kept = kept;
  tls->kept_at = 0;
  tls->kept_len += len;
  return true;
}

/* How many the socket takes; -1 with errno when it never will. */
static ssize_t give_to_socket(struct ws_tls *tls, const uint8_t *bytes, size_t len) {
  ssize_t sent;
  do {
    sent = send(tls->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno == EAGAIN) {
    return 0;
  }
  tls->sent += sent > 0 ? (uint64_t)sent : 0;
  return sent;
}

int ws_tls_flush(struct ws_tls *tls) {
  if (tls->kept_len == 0) {
    return 0;
  }
  ssize_t sent = give_to_socket(tls, tls->kept + tls->kept_at, tls->kept_len);
  if (sent < 0) {
    return -1;
  }
  tls->kept_at += (size_t)sent;
  tls->kept_len -= (size_t)sent;
  if (tls->kept_len == 0) {
    free(tls->kept);
    tls->kept = NULL;
    tls->unasked = 0;
  }
  return 0;
}

/* Sends what has been made, behind what waits. -1 with errno. */
static int clear_bench(struct ws_tls *tls) {
  struct ws_tls_bench *bench = tls->bench;
  size_t len = bench->len;
  bench->len = 0;
  if (len == 0) {
    return 0;
  }
  ssize_t sent = tls->kept_len == 0 ? give_to_socket(tls, bench->bytes, len) : 0;
  if (sent < 0) {
    return -1;
  }
  if ((size_t)sent < len && !keep(tls, bench->bytes + sent, len - (size_t)sent)) {
    tls->broken = true;
    errno = ENOMEM;
    return -1;
  }
  if (tls->kept_len == 0) {
    tls->unasked = 0;
  }
  return 0;
}

/* As Node writes OpenSSL's words: in capitals, joined by underscores. */
static void name_reason(struct ws_tls *tls) {
  const char *words = ERR_reason_error_string(ERR_peek_error());
  long proof = SSL_get_verify_result(tls->ssl);
  if (SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_PEER && proof != X509_V_OK) {
    snprintf(tls->reason, sizeof tls->reason, "%s", X509_verify_cert_error_string(proof));
  } else if (tls->error != 0) {
    snprintf(tls->reason, sizeof tls->reason, "%s", strerrorname_np(tls->error));
  } else if (tls->at_end || words == NULL) {
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
  tls->was_read = false;
  tls->hung_up = hung_up;
  tls->dry = false;
  tls->starved = false;
  tls->error = 0;
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
  clear_bench(tls);
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
  SSL_set_default_read_buffer_len(tls->ssl, BULK_READ_BYTES);
}

enum read { READ_PAYLOAD, READ_NOTHING, READ_END, READ_ERROR };

/* The payload of one record at most. */
static enum read read_record(struct ws_tls *tls, uint8_t *bytes, size_t len, size_t *done) {
  int result = SSL_read_ex(tls->ssl, bytes, len, done);
  if (result == 1) {
    tls->without_payload = 0;
    return READ_PAYLOAD;
  }
  switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return READ_NOTHING;
    case SSL_ERROR_ZERO_RETURN:
      return READ_END;
    default:
      return tls->at_end ? READ_END : READ_ERROR;
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
  int error = tls->error != 0 ? tls->error : EPROTO;
  if (last == READ_ERROR) {
    tls->broken = true;
  }
  clear_bench(tls);
  ERR_clear_error();
  if (got > 0) {
    /* An end or an error behind the payload is for the next call. */
    return (ssize_t)got;
  }
  if (last == READ_END) {
    return 0;
  }
  errno = last == READ_ERROR ? error : EAGAIN;
  return -1;
}

bool ws_tls_is_dry(const struct ws_tls *tls) {
  return tls->starved;
}

static bool write_records(struct ws_tls *tls, const void *bytes, size_t len) {
  size_t done = 0;
  return len == 0 || SSL_write_ex(tls->ssl, bytes, len, &done) == 1;
}

/* Short spans share a record; of a long one full records are made where it lies. */
static bool write_spans(struct ws_tls *tls, const struct ws_span *spans, size_t count) {
  uint8_t record[RECORD_PAYLOAD_MAX];
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
  if (tls->broken || tls->ended) {
    errno = EPIPE;
    return -1;
  }
  if (tls->kept_len > 0) {
    errno = EAGAIN;
    return -1;
  }
  ERR_clear_error();
  tls->sending = true;
  bool written = write_spans(tls, spans, count);
  tls->sending = false;
  ERR_clear_error();
  if (!written) {
    tls->broken = true;
    tls->bench->len = 0;
    errno = EPROTO;
    return -1;
  }
  if (clear_bench(tls) != 0) {
    return -1;
  }
  size_t len = 0;
  for (size_t i = 0; i < count; i++) {
    len += spans[i].len;
  }
  return (ssize_t)len;
}

size_t ws_tls_waiting(const struct ws_tls *tls) {
  return tls->kept_len;
}

uint64_t ws_tls_sent(const struct ws_tls *tls) {
  return tls->sent;
}

void ws_tls_end(struct ws_tls *tls) {
  if (tls->ended || tls->broken) {
    return;
  }
  tls->ended = true;
  ERR_clear_error();
  SSL_shutdown(tls->ssl);
  ERR_clear_error();
  clear_bench(tls);
}
