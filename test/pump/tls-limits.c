/* What one client can make a pump that speaks TLS spend, and that the others go on. AddressSanitizer watches. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/core/limits.h"
#include "../../native/tls/tls.h"
#include "secure-pump.h"

/* The beginning of a hello, behind which nothing comes. */
#define HALF_A_HELLO "\x16\x03\x01\x02\x00\x01"
/* Below and above what may come without payload (docs/security.md). */
#define ALLOWED_WITHOUT_PAYLOAD 100000
#define TOO_MUCH_WITHOUT_PAYLOAD 200000
/* So little that nobody minds, wherever reads begin and end. */
#define LITTLE_WITHOUT_PAYLOAD 16384
/* More answers than the kernel and the pump hold. */
#define MANY_ANSWERS (1 << 20)
/* Payload, to the client's server and as the client says it. */
#define WORD "hi"
#define WORD_FRAME "\0aGk=\xff"
#define FLOOD (3 << 19)
/* Of another client. The flood takes five turns or six, and there is a trip behind each; if it took only one, there would be one. */
#define TRIPS_DURING_THE_FLOOD 3
/* Nothing here waits for long. */
#define PATIENCE_S 60

static size_t made(const struct tls_peer *client) {
  return (size_t)BIO_ctrl_pending(client->out);
}

/* So many bytes of records without payload, which go out together with what is said next. */
static void make_new_keys(struct tls_peer *client, int type, size_t bytes) {
  for (size_t end = made(client) + bytes; made(client) < end;) {
    CHECK(SSL_key_update(client->ssl, type) == 1 && SSL_do_handshake(client->ssl) == 1);
  }
}

static void make_word(struct tls_peer *client) {
  CHECK(SSL_write(client->ssl, WORD_FRAME, sizeof WORD_FRAME - 1) == sizeof WORD_FRAME - 1);
}

/* False when nobody takes it any more. */
static bool try_to_send(struct tls_peer *client) {
  char *bytes;
  size_t len = (size_t)BIO_get_mem_data(client->out, &bytes);
  bool sent = send(client->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
  BIO_reset(client->out);
  return sent;
}

static void allow_descriptors(rlim_t count) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max >= count);
  limit.rlim_cur = count > limit.rlim_cur ? count : limit.rlim_cur;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static int begin_hello(struct secure_pump *pump) {
  static const struct ws_pump_origins nowhere = {.secure = false};
  int ends[2];
  harness_pair(ends);
  harness_write(ends[0], HALF_A_HELLO, sizeof HALF_A_HELLO - 1);
  CHECK(ws_pump_adopt(pump->harness.pump, ends[1], &nowhere));
  return ends[0];
}

static void expect_no_room(struct secure_pump *pump) {
  int fd = begin_hello(pump);
  shutdown(fd, SHUT_WR);
  harness_expect(fd, "HTTP/1.1 503", 12);
  CHECK(harness_await(&pump->harness, WS_PUMP_REFUSED).refusal == WS_REFUSAL_BUSY);
  close(fd);
}

static struct tls_peer expect_room(struct secure_pump *pump) {
  struct tls_peer client = secure_pump_connect(pump);
  CHECK(tls_peer_shake_hands(&client, 0));
  tls_peer_say(&client, HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1, 0);
  harness_await(&pump->harness, WS_PUMP_WEBSOCKET);
  return client;
}

/* A handshake that is over makes room for another one, however it has ended. */
static void too_many_handshakes(struct secure_pump *pump) {
  static int hellos[WS_TLS_HANDSHAKES_MAX];
  allow_descriptors(2 * WS_TLS_HANDSHAKES_MAX + 100);
  for (size_t i = 0; i < WS_TLS_HANDSHAKES_MAX; i++) {
    hellos[i] = begin_hello(pump);
  }
  expect_no_room(pump);
  close(hellos[0]);
  harness_await(&pump->harness, WS_PUMP_TLS_FAILED);
  struct tls_peer one = expect_room(pump);
  struct tls_peer other = expect_room(pump);
  hellos[0] = begin_hello(pump);
  expect_no_room(pump);
  for (size_t i = 0; i < WS_TLS_HANDSHAKES_MAX; i++) {
    close(hellos[i]);
    harness_await(&pump->harness, WS_PUMP_TLS_FAILED);
  }
  tls_peer_end(&one);
  tls_peer_end(&other);
}

/* With nothing but new keys, for which no answer is asked, a client goes only so far without payload. */
static void nothing_but_new_keys(struct secure_pump *pump) {
  int target;
  struct tls_peer client = secure_pump_open(pump, 0, NULL, &target);
  for (int i = 0; i < 3; i++) {
    make_new_keys(&client, SSL_KEY_UPDATE_NOT_REQUESTED, ALLOWED_WITHOUT_PAYLOAD);
    make_word(&client);
    CHECK(try_to_send(&client));
    harness_expect(target, WORD, sizeof WORD - 1);
  }
  make_new_keys(&client, SSL_KEY_UPDATE_NOT_REQUESTED, TOO_MUCH_WITHOUT_PAYLOAD);
  make_word(&client);
  try_to_send(&client);
  harness_expect_end(target);
  CHECK(harness_await(&pump->harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_LOST);
  close(target);
  tls_peer_end(&client);
}

/* A client that has answers made and takes none of them is given up, though there is payload, too. */
static void answers_that_nobody_takes(struct secure_pump *pump) {
  int target;
  pthread_t taker;
  struct tls_peer client = secure_pump_open(pump, 0, NULL, &target);
  CHECK(pthread_create(&taker, NULL, harness_take_all, &target) == 0);
  bool goes_on = true;
  for (size_t sent = 0; sent < MANY_ANSWERS && goes_on; sent += LITTLE_WITHOUT_PAYLOAD) {
    make_new_keys(&client, SSL_KEY_UPDATE_REQUESTED, LITTLE_WITHOUT_PAYLOAD);
    make_word(&client);
    goes_on = try_to_send(&client);
  }
  CHECK(!goes_on);
  harness_await(&pump->harness, WS_PUMP_ENDED);
  pthread_join(taker, NULL);
  close(target);
  tls_peer_end(&client);
}

static void *send_all(void *client) {
  CHECK(try_to_send(client));
  return NULL;
}

/* A client that has the pump compute new keys, with some payload now and then, does not keep its thread from the others. */
static void others_during_a_flood(struct secure_pump *pump) {
  int targets[2];
  pthread_t sender;
  struct tls_peer flooding = secure_pump_open(pump, 0, NULL, &targets[0]);
  struct tls_peer other = secure_pump_open(pump, 0, NULL, &targets[1]);
  size_t words = 0;
  for (; made(&flooding) < FLOOD; words++) {
    make_new_keys(&flooding, SSL_KEY_UPDATE_NOT_REQUESTED, LITTLE_WITHOUT_PAYLOAD);
    make_word(&flooding);
  }
  CHECK(pthread_create(&sender, NULL, send_all, &flooding) == 0);
  harness_expect(targets[0], WORD, sizeof WORD - 1);
  int trips = 0;
  for (size_t left = (words - 1) * (sizeof WORD - 1); left > 0; trips++) {
    char bytes[16384];
    ssize_t len = recv(targets[0], bytes, sizeof bytes, MSG_DONTWAIT);
    left -= len > 0 ? (size_t)len : 0;
    secure_pump_expect_both_ways(&other, targets[1], 0);
  }
  CHECK(trips >= TRIPS_DURING_THE_FLOOD);
  pthread_join(sender, NULL);
  for (int i = 0; i < 2; i++) {
    close(targets[i]);
  }
  tls_peer_end(&flooding);
  tls_peer_end(&other);
}

static void *shake_hands(void *client) {
  CHECK(tls_peer_shake_hands(client, 0));
  return NULL;
}

/* The server's side of a connection without a pump. */
static struct ws_tls *accept_alone(struct ws_tls_identity *identity, struct ws_tls_bench *bench,
                                   struct tls_peer *client, int fd) {
  pthread_t other_side;
  CHECK(pthread_create(&other_side, NULL, shake_hands, client) == 0);
  struct ws_tls *tls = ws_tls_accept(identity, fd, bench);
  struct pollfd bytes = {.fd = fd, .events = POLLIN};
  while (poll(&bytes, 1, -1) == 1 && ws_tls_handshake(tls) == WS_TLS_MORE) {
  }
  pthread_join(other_side, NULL);
  return tls;
}

/* Otherwise whoever sends fast enough would not let it return. */
static void one_read_a_call(struct secure_pump *pump) {
  struct ws_tls_bench bench = {NULL, 0, 0};
  struct ws_tls_identity *identity = secure_pump_make_identity(CIPHERS, SUITES);
  int listener = harness_listener();
  int much = 2 * ALLOWED_WITHOUT_PAYLOAD;
  setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &much, sizeof much);
  struct tls_peer client = tls_peer_begin(pump->context, harness_connect(listener));
  int fd = accept(listener, NULL, NULL);
  struct ws_tls *tls = accept_alone(identity, &bench, &client, fd);
  ws_tls_expect_bulk(tls);
  make_new_keys(&client, SSL_KEY_UPDATE_NOT_REQUESTED, ALLOWED_WITHOUT_PAYLOAD);
  size_t len = made(&client);
  CHECK(try_to_send(&client));
  char *bytes = malloc(len);
  int left;
  CHECK(recv(fd, bytes, len, MSG_PEEK | MSG_WAITALL) == (ssize_t)len);
  CHECK(ws_tls_recv(tls, bytes, len, false) == -1 && errno == EAGAIN && !ws_tls_is_dry(tls));
  CHECK(ioctl(fd, FIONREAD, &left) == 0 && left > 0);
  free(bytes);
  ws_tls_free(tls);
  ws_tls_bench_free(&bench);
  ws_tls_identity_free(identity);
  close(fd);
  close(listener);
  tls_peer_end(&client);
}

int main(void) {
  struct secure_pump pump;
  alarm(PATIENCE_S);
  secure_pump_start(&pump);
  too_many_handshakes(&pump);
  nothing_but_new_keys(&pump);
  answers_that_nobody_takes(&pump);
  one_read_a_call(&pump);
  others_during_a_flood(&pump);
  secure_pump_stop(&pump);
  return 0;
}
