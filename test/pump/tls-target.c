/* TLS with a target whose side is OpenSSL's own. AddressSanitizer watches. */
#include <openssl/pem.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/core/limits.h"
#include "../../native/tls/trust.h"
#include "harness.h"
#include "tls-peer.h"

#define CIPHERS "HIGH"
#define SUITES "TLS_AES_128_GCM_SHA256"
/* More than the kernel holds. */
#define BULK (16 << 20)
/* Nobody takes anything any more. */
#define QUIET_MS 200
/* One that takes several records, and where the first of them ends. */
#define SHORT_RECORD 512
#define LONG_TICKET 2000
#define PART_OF_A_TICKET (SHORT_RECORD + 5 + 1 + 16)
#define HELLO_FRAME "\0aGVsbG8=\xff"
#define PREFACE "PROXY UNKNOWN\r\n"
/* Nothing here waits for long. */
#define PATIENCE_S 60

static const struct ws_pump_origins nowhere = {.secure = false};

/* The target's. */
static int listener;
static SSL_CTX *context;
static char *identity;

static SSL_CTX *make_context(const char *pem) {
  SSL_CTX *made = SSL_CTX_new(TLS_server_method());
  BIO *from = BIO_new_mem_buf(pem, -1);
  X509 *certificate = PEM_read_bio_X509(from, NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey(from, NULL, NULL, NULL);
  CHECK(SSL_CTX_use_certificate(made, certificate) == 1 && SSL_CTX_use_PrivateKey(made, key) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
  BIO_free(from);
  return made;
}

static void believe(struct harness *harness, const char *roots, const char *host) {
  const char *why;
  struct ws_tls_trust_words words = {roots, CIPHERS, SUITES};
  struct ws_tls_trust *trust = ws_tls_trust_create(&words, &why);
  CHECK(trust != NULL && ws_pump_secure_targets(harness->pump, trust, host));
}

/* A client whose target is being connected. Returns its end; *peer is the target's. */
static int begin(struct harness *harness, struct tls_peer *peer) {
  int ends[2];
  harness_pair(ends);
  CHECK(ws_pump_adopt(harness->pump, ends[1], &nowhere));
  harness_write(ends[0], HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1);
  uint64_t id = harness_await(harness, WS_PUMP_WEBSOCKET).id;
  struct ws_pump_target target = {.count = 1};
  socklen_t len = sizeof target.addresses[0];
  CHECK(getsockname(listener, &target.addresses[0].any, &len) == 0);
  struct ws_pump_extra extra = {(const uint8_t *)PREFACE, sizeof PREFACE - 1, -1};
  CHECK(ws_pump_connect(harness->pump, id, &target, &extra));
  int fd = accept(listener, NULL, NULL);
  CHECK(fd >= 0);
  *peer = tls_peer_begin(context, fd);
  harness_expect(fd, PREFACE, sizeof PREFACE - 1);
  return ends[0];
}

static int open_one(struct harness *harness, size_t piece, struct tls_peer *peer) {
  int client = begin(harness, peer);
  CHECK(tls_peer_shake_hands(peer, piece));
  harness_read_answer(client);
  return client;
}

static void expect_both_ways(int client, struct tls_peer *peer, size_t piece) {
  char bytes[5];
  harness_write(client, HELLO_FRAME, sizeof HELLO_FRAME - 1);
  tls_peer_hear(peer, bytes, sizeof bytes);
  CHECK(memcmp(bytes, "hello", sizeof bytes) == 0);
  tls_peer_say(peer, "hello", 5, piece);
  harness_expect(client, HELLO_FRAME, sizeof HELLO_FRAME - 1);
}

/* Each side's end reaches the other, with what was said before. */
static void in_pieces(struct harness *harness) {
  static const size_t pieces[] = {0, 1, 2, 5, 100};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    struct tls_peer peer;
    int client = open_one(harness, pieces[i], &peer);
    expect_both_ways(client, &peer, pieces[i]);
    SSL_write(peer.ssl, "hello", 5);
    SSL_shutdown(peer.ssl);
    tls_peer_flush(&peer, pieces[i]);
    harness_expect(client,
                   "\x00"
                   "aGVsbG8=\xff\xff\x00",
                   12);
    harness_write(client, "\xff\x00", 2);
    while (tls_peer_fill(&peer)) {
    }
    char none;
    CHECK(SSL_read(peer.ssl, &none, 1) <= 0 && SSL_get_shutdown(peer.ssl) & SSL_RECEIVED_SHUTDOWN);
    CHECK(harness_await(harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_TARGET);
    close(client);
    tls_peer_end(&peer);
  }
}

static void new_keys_before_payload(struct harness *harness) {
  struct tls_peer peer;
  int client = open_one(harness, 0, &peer);
  tls_peer_make_new_keys(&peer);
  expect_both_ways(client, &peer, 0);
  close(client);
  tls_peer_end(&peer);
  harness_await(harness, WS_PUMP_ENDED);
}

static int lengthen_ticket(SSL *ssl, void *argument) {
  static const char much[LONG_TICKET] = "";
  (void)argument;
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), much, sizeof much);
}

/* Sends the first record of a ticket that takes several; the rest goes out with what the target says next. Returns when the pump has
 * read it. */
static void send_part_of_a_ticket(struct harness *harness, struct tls_peer *peer) {
  char part[PART_OF_A_TICKET];
  SSL_set_max_send_fragment(peer->ssl, SHORT_RECORD);
  CHECK(SSL_new_session_ticket(peer->ssl) == 1 && SSL_do_handshake(peer->ssl) == 1);
  CHECK(BIO_ctrl_pending(peer->out) > LONG_TICKET && BIO_read(peer->out, part, sizeof part) == sizeof part);
  harness_write(peer->fd, part, sizeof part);
  harness_go_round(harness);
}

/* Then the pump has had the time to send it, had it been able to. */
static void say_something(struct harness *harness, int client, const char *frame, size_t len) {
  harness_write(client, frame, len);
  harness_go_round(harness);
}

/* In the middle of a ticket nothing can be sent to the target. It is when the rest has come, as is the end. */
static void payload_during_a_ticket(struct harness *harness) {
  struct tls_peer peer;
  char bytes[5];
  int client = open_one(harness, 0, &peer);
  for (int i = 0; i < 2; i++) {
    send_part_of_a_ticket(harness, &peer);
    say_something(harness, client, HELLO_FRAME, sizeof HELLO_FRAME - 1);
    tls_peer_flush(&peer, 0);
    tls_peer_hear(&peer, bytes, sizeof bytes);
    CHECK(memcmp(bytes, "hello", sizeof bytes) == 0);
  }
  send_part_of_a_ticket(harness, &peer);
  say_something(harness, client, "\xff\x00", 2);
  tls_peer_flush(&peer, 0);
  while (tls_peer_fill(&peer)) {
  }
  CHECK(SSL_read(peer.ssl, bytes, 1) <= 0 && SSL_get_shutdown(peer.ssl) & SSL_RECEIVED_SHUTDOWN);
  close(client);
  tls_peer_end(&peer);
  harness_await(harness, WS_PUMP_ENDED);
}

/* When the rest never comes, what waits for it can never be sent, and is not waited for. */
static void end_during_a_ticket(struct harness *harness) {
  struct tls_peer peer;
  int client = open_one(harness, 0, &peer);
  send_part_of_a_ticket(harness, &peer);
  say_something(harness, client, HELLO_FRAME, sizeof HELLO_FRAME - 1);
  shutdown(peer.fd, SHUT_WR);
  harness_expect(client, "\xff\x00", 2);
  close(client);
  CHECK(harness_await(harness, WS_PUMP_ENDED).ms < WS_ENDING_PATIENCE_MS);
  tls_peer_end(&peer);
}

/* Who does not prove that he is the host gets no connection, and the client no 101. */
static void refused(struct harness *harness, const char *roots, const char *host, const char *why) {
  believe(harness, roots, host);
  struct tls_peer peer;
  int client = begin(harness, &peer);
  while (tls_peer_shake_hands(&peer, 0) && tls_peer_fill(&peer)) {
  }
  CHECK(strcmp(harness_await(harness, WS_PUMP_TARGET_TLS_FAILED).reason, why) == 0);
  CHECK(harness_await(harness, WS_PUMP_REFUSED).refusal == WS_REFUSAL_TARGET_REFUSED);
  harness_expect(client, "HTTP/1.1 502", 12);
  close(client);
  tls_peer_end(&peer);
}

/* It says something else, or nothing any more. */
static void no_tls(struct harness *harness, const char *instead, const char *why) {
  struct tls_peer peer;
  int client = begin(harness, &peer);
  harness_write(peer.fd, instead, strlen(instead));
  shutdown(peer.fd, SHUT_WR);
  CHECK(strcmp(harness_await(harness, WS_PUMP_TARGET_TLS_FAILED).reason, why) == 0);
  harness_expect(client, "HTTP/1.1 502", 12);
  close(client);
  tls_peer_end(&peer);
}

static void *send_bulk(void *client) {
  static char bytes[BULK + 2];
  memset(bytes + 1, 'A', BULK);
  bytes[BULK + 1] = (char)0xff;
  harness_write(*(int *)client, bytes, sizeof bytes);
  return NULL;
}

/* To a target that takes little at a time, and sends something each time. */
static void bulk_to_a_slow_target(struct harness *harness) {
  struct tls_peer peer;
  pthread_t threads[2];
  int client = open_one(harness, 0, &peer);
  CHECK(pthread_create(&threads[0], NULL, send_bulk, &client) == 0);
  CHECK(pthread_create(&threads[1], NULL, harness_take_all, &client) == 0);
  for (size_t heard = 0; heard < BULK / 4 * 3;) {
    CHECK(tls_peer_fill(&peer));
    heard += tls_peer_hear_what_is_there(&peer);
    tls_peer_say(&peer, "hi", 2, 0);
  }
  tls_peer_end(&peer);
  shutdown(client, SHUT_RDWR);
  harness_await(harness, WS_PUMP_ENDED);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  close(client);
}

/* Sends as long as anybody takes anything. */
static void stuff(int fd) {
  static char bytes[16384];
  memset(bytes, 'A', sizeof bytes);
  struct pollfd room = {.fd = fd, .events = POLLOUT};
  while (poll(&room, 1, QUIET_MS) > 0 && send(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
  }
}

/* While bytes wait in both directions the target resets: what it has said is cut off, and the client hears so. */
static void reset_by_the_target(struct harness *harness) {
  struct tls_peer peer;
  int client = open_one(harness, 0, &peer);
  static char bytes[BULK];
  CHECK(SSL_write(peer.ssl, bytes, sizeof bytes) == sizeof bytes);
  char *records;
  size_t len = (size_t)BIO_get_mem_data(peer.out, &records);
  struct pollfd room = {.fd = peer.fd, .events = POLLOUT};
  for (ssize_t sent = 0; sent >= 0 && poll(&room, 1, QUIET_MS) > 0; records += sent, len -= (size_t)sent) {
    sent = send(peer.fd, records, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  harness_write(client, "\x00", 1);
  stuff(client);
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(peer.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  tls_peer_end(&peer);
  send(client, "AAAA", 4, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (read(client, bytes, sizeof bytes) > 0) {
  }
  close(client);
  struct ws_pump_event ended = harness_await(harness, WS_PUMP_ENDED);
  CHECK(ended.cause == WS_PUMP_CAUSE_LOST && ended.close_code == 1011);
}

int main(void) {
  struct harness harness;
  alarm(PATIENCE_S);
  identity = tls_peer_make_identity();
  char *other = tls_peer_make_identity();
  context = make_context(identity);
  SSL_CTX_set_session_ticket_cb(context, lengthen_ticket, NULL, NULL);
  listener = harness_listener();
  int few = 16384;
  CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &few, sizeof few) == 0);
  harness_start(&harness);
  believe(&harness, NULL, "anybody");
  in_pieces(&harness);
  believe(&harness, identity, "localhost");
  in_pieces(&harness);
  new_keys_before_payload(&harness);
  payload_during_a_ticket(&harness);
  end_during_a_ticket(&harness);
  bulk_to_a_slow_target(&harness);
  reset_by_the_target(&harness);
  no_tls(&harness, "220 mail.example ESMTP\r\n", "ERR_SSL_WRONG_VERSION_NUMBER");
  no_tls(&harness, "", "the connection was closed");
  refused(&harness, other, "localhost", "self-signed certificate");
  refused(&harness, identity, "example.org", "hostname mismatch");
  refused(&harness, identity, "127.0.0.1", "IP address mismatch");
  harness_stop(&harness);
  SSL_CTX_free(context);
  close(listener);
  free(identity);
  free(other);
  return 0;
}
