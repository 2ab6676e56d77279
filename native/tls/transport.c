#define _GNU_SOURCE
#include "transport.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../net/unsent.h"

/* Records without payload (new keys, alerts) that may come before some payload has to. */
#define WITHOUT_PAYLOAD_MAX (2 * WS_TLS_BULK_READ_BYTES)
/* Answers that OpenSSL gives by itself to a peer that takes none of them. */
#define UNASKED_MAX 65536

struct ws_tls_transport {
  int fd;
  bool was_read;          /* the socket, since reading began */
  bool hung_up;           /* a read that is not full does not mean that it is empty */
  bool dry;               /* it is */
  bool starved;           /* and OpenSSL has asked for more */
  bool at_end;            /* the socket has reported the end of the stream */
  bool payload_expected;  /* otherwise what goes out is an answer of OpenSSL's own */
  int error;              /* errno, 0 none */
  size_t without_payload; /* bytes read since there was any */
  size_t unasked;         /* bytes of answers among those that wait */
  struct ws_tls_bench *bench;
  struct ws_unsent kept; /* records that the socket has not taken */
  uint64_t sent;
};

struct ws_tls_transport *ws_tls_transport_create(int fd, struct ws_tls_bench *bench) {
  struct ws_tls_transport *transport = calloc(1, sizeof *transport);
  if (transport != NULL) {
    transport->fd = fd;
    transport->bench = bench;
  }
  return transport;
}

void ws_tls_transport_free(struct ws_tls_transport *transport) {
  if (transport != NULL) {
    ws_unsent_free(&transport->kept);
    free(transport);
  }
}

static void ask_no_more(BIO *bio) {
  BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY);
}

static int come_back_later(struct ws_tls_transport *transport, BIO *bio) {
  transport->starved = transport->dry;
  BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
  return -1;
}

static ssize_t read_socket(struct ws_tls_transport *transport, char *bytes, size_t len) {
  ssize_t taken;
  do {
    taken = recv(transport->fd, bytes, len, MSG_DONTWAIT);
  } while (taken < 0 && errno == EINTR);
  transport->was_read = true;
  transport->dry = taken < 0 || ((size_t)taken < len && !transport->hung_up);
  transport->at_end = taken == 0;
  return taken;
}

static int take_from_socket(BIO *bio, char *bytes, int len) {
  struct ws_tls_transport *transport = BIO_get_data(bio);
  ask_no_more(bio);
  if (transport->was_read) {
    return come_back_later(transport, bio);
  }
  ssize_t taken = read_socket(transport, bytes, (size_t)len);
  if (taken < 0 && errno == EAGAIN) {
    return come_back_later(transport, bio);
  }
  if (taken < 0) {
    transport->error = errno;
    return -1;
  }
  transport->without_payload += (size_t)taken;
  if (transport->without_payload > WITHOUT_PAYLOAD_MAX) {
    transport->error = EPROTO;
    return -1;
  }
  return (int)taken;
}

static int put_on_bench(BIO *bio, const char *bytes, int len) {
  struct ws_tls_transport *transport = BIO_get_data(bio);
  ask_no_more(bio);
  transport->unasked += transport->payload_expected ? 0 : (size_t)len;
  if (transport->unasked > UNASKED_MAX || !ws_tls_bench_put(transport->bench, bytes, (size_t)len)) {
    transport->error = ENOBUFS;
    return -1;
  }
  return len;
}

static long control(BIO *bio, int command, long number, void *pointer) {
  (void)number;
  (void)pointer;
  const struct ws_tls_transport *transport = BIO_get_data(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return transport->at_end;
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

BIO *ws_tls_transport_bio(struct ws_tls_transport *transport) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_method);
  BIO *bio = method != NULL ? BIO_new(method) : NULL;
  if (bio != NULL) {
    BIO_set_data(bio, transport);
    BIO_set_init(bio, 1);
  }
  return bio;
}

void ws_tls_transport_begin_reading(struct ws_tls_transport *transport, bool hung_up) {
  transport->was_read = false;
  transport->hung_up = hung_up;
  transport->dry = false;
  transport->starved = false;
  transport->error = 0;
}

void ws_tls_transport_payload_came(struct ws_tls_transport *transport) {
  transport->without_payload = 0;
}

bool ws_tls_transport_is_dry(const struct ws_tls_transport *transport) {
  return transport->starved;
}

bool ws_tls_transport_is_at_end(const struct ws_tls_transport *transport) {
  return transport->at_end;
}

int ws_tls_transport_error(const struct ws_tls_transport *transport) {
  return transport->error;
}

void ws_tls_transport_expect_payload(struct ws_tls_transport *transport, bool expected) {
  transport->payload_expected = expected;
}

/* How many the socket takes; -1 with errno when it never will. */
static ssize_t give_to_socket(struct ws_tls_transport *transport, const uint8_t *bytes, size_t len) {
  ssize_t sent;
  do {
    sent = send(transport->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno == EAGAIN) {
    return 0;
  }
  transport->sent += sent > 0 ? (uint64_t)sent : 0;
  return sent;
}

int ws_tls_transport_send(struct ws_tls_transport *transport) {
  const uint8_t *bytes = transport->bench->bytes;
  size_t len = transport->bench->len;
  ws_tls_transport_discard(transport);
  if (len == 0) {
    return 0;
  }
  ssize_t sent = transport->kept.len == 0 ? give_to_socket(transport, bytes, len) : 0;
  if (sent < 0) {
    return -1;
  }
  if ((size_t)sent < len && !ws_unsent_add(&transport->kept, bytes + sent, len - (size_t)sent)) {
    errno = ENOMEM;
    return -1;
  }
  if (transport->kept.len == 0) {
    transport->unasked = 0;
  }
  return 0;
}

void ws_tls_transport_discard(struct ws_tls_transport *transport) {
  transport->bench->len = 0;
}

int ws_tls_transport_flush(struct ws_tls_transport *transport) {
  if (transport->kept.len == 0) {
    return 0;
  }
  ssize_t sent = give_to_socket(transport, transport->kept.first, transport->kept.len);
  if (sent < 0) {
    return -1;
  }
  ws_unsent_drop(&transport->kept, (size_t)sent);
  if (transport->kept.len == 0) {
    transport->unasked = 0;
  }
  return 0;
}

size_t ws_tls_transport_waiting(const struct ws_tls_transport *transport) {
  return transport->kept.len;
}

uint64_t ws_tls_transport_sent(const struct ws_tls_transport *transport) {
  return transport->sent;
}
