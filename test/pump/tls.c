/* TLS with a client that is OpenSSL's own, whose records can be cut, joined, spoilt and withheld. AddressSanitizer watches. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/tls/identity.h"
#include "harness.h"
#include "tls-peer.h"

#define CIPHERS "HIGH"
#define SUITES "TLS_AES_128_GCM_SHA256"
#define SPOILT 300
#define BULK (2 << 20)
/* Nothing here waits for long. */
#define PATIENCE_S 60

/* Of the pump's. */
static int listener;

static void identify(struct harness *harness, const char *ciphers, const char *suites) {
  char *pem = tls_peer_make_identity();
  const char *why;
  struct ws_tls_words words = {pem, pem, ciphers, suites};
  struct ws_tls_identity *identity = ws_tls_identity_create(&words, &why);
  CHECK(identity != NULL && ws_pump_identify(harness->pump, identity));
  free(pem);
  harness_go_round(harness);
}

static void refuses_bad_identities(void) {
  char *pems[] = {tls_peer_make_identity(), tls_peer_make_identity()};
  struct ws_tls_words bad[] = {
      {"", pems[0], CIPHERS, SUITES},          {pems[0], "", CIPHERS, SUITES},
      {pems[0], pems[1], CIPHERS, SUITES},     {pems[0], pems[0], "NO-SUCH-CIPHER", ""},
      {pems[0], pems[0], "", "NO_SUCH_SUITE"}, {pems[0], pems[0], "", ""},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *why = NULL;
    CHECK(ws_tls_identity_create(&bad[i], &why) == NULL && why != NULL);
  }
  free(pems[0]);
  free(pems[1]);
}

static void hear_answer(struct tls_peer *client) {
  char tail[4] = "";
  while (memcmp(tail, "\r\n\r\n", sizeof tail) != 0) {
    memmove(tail, tail + 1, sizeof tail - 1);
    tls_peer_hear(client, &tail[3], 1);
  }
}

static void do_nothing(struct tls_peer *client) {
  (void)client;
}

/* A connection that is open, and the target's end of it. `before` comes before the request. */
static struct tls_peer open_one(struct harness *harness, SSL_CTX *context, size_t piece,
                                void (*before)(struct tls_peer *client), int *target) {
  struct tls_peer client = tls_peer_begin(context, harness_connect(listener));
  CHECK(tls_peer_shake_hands(&client, piece));
  before(&client);
  tls_peer_say(&client, HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1, piece);
  struct ws_pump_event event = harness_await(harness, WS_PUMP_WEBSOCKET);
  CHECK(event.from.secure);
  int ends[2];
  harness_pair(ends);
  CHECK(ws_pump_join(harness->pump, event.id, ends[1], NULL));
  hear_answer(&client);
  *target = ends[0];
  return client;
}

static void expect_both_ways(struct tls_peer *client, int target, size_t piece) {
  char frame[10];
  tls_peer_say(client,
               "\x00"
               "aGVsbG8=\xff",
               10, piece);
  harness_expect(target, "hello", 5);
  harness_write(target, "hello", 5);
  tls_peer_hear(client, frame, sizeof frame);
  CHECK(memcmp(frame,
               "\x00"
               "aGVsbG8=\xff",
               10) == 0);
}

static void in_pieces(struct harness *harness, SSL_CTX *context) {
  static const size_t pieces[] = {0, 1, 2, 5, 100};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    int target;
    struct tls_peer client = open_one(harness, context, pieces[i], do_nothing, &target);
    expect_both_ways(&client, target, pieces[i]);
    tls_peer_say(&client, "\xff\x00", 2, pieces[i]);
    harness_expect_end(target);
    close(target);
    CHECK(harness_await(harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_CLIENT);
    tls_peer_end(&client);
  }
}

/* Of a version for which there is no cipher nothing is said. */
static void one_version_only(struct harness *harness, SSL_CTX *context) {
  static const struct {
    const char *ciphers;
    const char *suites;
    int version;
  } lists[] = {{CIPHERS, "", TLS1_2_VERSION}, {"", SUITES, TLS1_3_VERSION}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    identify(harness, lists[i].ciphers, lists[i].suites);
    struct tls_peer client = tls_peer_begin(context, harness_connect(listener));
    CHECK(tls_peer_shake_hands(&client, 0) && SSL_version(client.ssl) == lists[i].version);
    tls_peer_end(&client);
  }
  identify(harness, CIPHERS, SUITES);
}

static void new_keys_before_payload(struct harness *harness, SSL_CTX *context) {
  int target;
  struct tls_peer client = open_one(harness, context, 0, tls_peer_make_new_keys, &target);
  tls_peer_make_new_keys(&client);
  expect_both_ways(&client, target, 0);
  close(target);
  tls_peer_end(&client);
}

/* A client that has answers made and takes none of them is given up. */
static void new_keys_without_end(struct harness *harness, SSL_CTX *context) {
  int target;
  struct tls_peer client = open_one(harness, context, 0, do_nothing, &target);
  bool goes_on = true;
  for (int i = 0; i < 100000 && goes_on; i++) {
    SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(client.ssl);
    char *bytes;
    size_t len = (size_t)BIO_get_mem_data(client.out, &bytes);
    goes_on = send(client.fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
    BIO_reset(client.out);
  }
  CHECK(!goes_on);
  harness_await(harness, WS_PUMP_ENDED);
  close(target);
  tls_peer_end(&client);
}

/* What the target sends, and that it takes whatever comes; until the connection ends. */
static void *send_bulk(void *target) {
  static char bytes[BULK];
  harness_write(*(int *)target, bytes, sizeof bytes);
  return NULL;
}

static void *take_all(void *target) {
  char bytes[16384];
  while (read(*(int *)target, bytes, sizeof bytes) > 0) {
  }
  return NULL;
}

static void bulk_to_a_slow_client(struct harness *harness, SSL_CTX *context) {
  int target;
  pthread_t writer;
  struct tls_peer client = open_one(harness, context, 0, do_nothing, &target);
  CHECK(pthread_create(&writer, NULL, send_bulk, &target) == 0);
  for (size_t heard = 0; heard < BULK / 3 * 4;) {
    CHECK(tls_peer_fill(&client));
    heard += tls_peer_hear_what_is_there(&client);
  }
  tls_peer_end(&client);
  shutdown(target, SHUT_RDWR);
  harness_await(harness, WS_PUMP_ENDED);
  pthread_join(writer, NULL);
  close(target);
}

/* A packet of the client's says that it has taken something, and brings payload: the pump finds out both at the same time. */
static void room_and_payload_at_once(struct harness *harness, SSL_CTX *context) {
  int target;
  pthread_t threads[2];
  struct tls_peer client = open_one(harness, context, 0, do_nothing, &target);
  CHECK(pthread_create(&threads[0], NULL, send_bulk, &target) == 0);
  CHECK(pthread_create(&threads[1], NULL, take_all, &target) == 0);
  for (size_t heard = 0; heard < BULK / 3 * 4;) {
    CHECK(tls_peer_fill(&client));
    heard += tls_peer_hear_what_is_there(&client);
    tls_peer_say(&client,
                 "\x00"
                 "aGk=\xff",
                 6, 0);
  }
  tls_peer_end(&client);
  shutdown(target, SHUT_RDWR);
  harness_await(harness, WS_PUMP_ENDED);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  close(target);
}

/* With the last byte of a record missing there is nothing that could be passed on, but the end. */
static void end_behind_a_part(struct harness *harness, SSL_CTX *context) {
  int target;
  char *bytes;
  struct tls_peer client = open_one(harness, context, 0, do_nothing, &target);
  CHECK(SSL_write(client.ssl, "\x00", 1) == 1);
  long len = BIO_get_mem_data(client.out, &bytes);
  CHECK(send(client.fd, bytes, (size_t)len - 1, MSG_MORE) == len - 1);
  shutdown(client.fd, SHUT_WR);
  harness_expect_end(target);
  close(target);
  tls_peer_end(&client);
  harness_await(harness, WS_PUMP_ENDED);
}

/* All that the client has to say comes together: request, payload, its end. */
static void end_with_the_request(struct harness *harness, SSL_CTX *context) {
  static const char all[] = HARNESS_REQUEST
      "\x00"
      "aGVsbG8=\xff";
  char *bytes;
  struct tls_peer client = tls_peer_begin(context, harness_connect(listener));
  CHECK(tls_peer_shake_hands(&client, 0));
  CHECK(SSL_write(client.ssl, all, sizeof all - 1) == sizeof all - 1);
  SSL_shutdown(client.ssl);
  long len = BIO_get_mem_data(client.out, &bytes);
  CHECK(send(client.fd, bytes, (size_t)len, MSG_MORE) == len);
  shutdown(client.fd, SHUT_WR);
  int ends[2];
  harness_pair(ends);
  CHECK(ws_pump_join(harness->pump, harness_await(harness, WS_PUMP_WEBSOCKET).id, ends[1], NULL));
  harness_expect(ends[0], "hello", 5);
  harness_expect_end(ends[0]);
  close(ends[0]);
  tls_peer_end(&client);
  harness_await(harness, WS_PUMP_ENDED);
}

/* Sends up to the place; there one byte is changed, or it is the last one. False when nothing more is to be said. */
static bool spoil(struct tls_peer *client, size_t *place, bool cut) {
  char *bytes;
  size_t len = (size_t)BIO_get_mem_data(client->out, &bytes);
  bool here = *place < len;
  if (here && !cut) {
    bytes[*place] = (char)(bytes[*place] ^ 0x15);
  }
  size_t part = here && cut ? *place : len;
  bool sent = send(client->fd, bytes, part, MSG_NOSIGNAL) == (ssize_t)part;
  *place -= here ? *place : len;
  BIO_reset(client->out);
  return sent && !here;
}

/* Wherever that is, in the handshake or behind it, the pump gives the connection up, or takes it as it came. */
static void spoilt(struct harness *harness, SSL_CTX *context) {
  for (size_t at = 0; at < SPOILT; at++) {
    struct tls_peer client = tls_peer_begin(context, harness_connect(listener));
    size_t place = at * 3;
    bool goes_on = true;
    while (goes_on && SSL_do_handshake(client.ssl) != 1) {
      goes_on = spoil(&client, &place, at % 2 == 0) && tls_peer_fill(&client);
    }
    for (int i = 0; i < 10 && goes_on; i++) {
      SSL_write(client.ssl, "X: 1\r\n", 6);
      goes_on = spoil(&client, &place, at % 2 == 0);
    }
    shutdown(client.fd, SHUT_WR);
    while (tls_peer_fill(&client)) {
    }
    tls_peer_end(&client);
  }
  harness_go_round(harness);
}

int main(void) {
  struct harness harness;
  alarm(PATIENCE_S);
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  refuses_bad_identities();
  harness_start(&harness);
  identify(&harness, CIPHERS, SUITES);
  listener = harness_listener();
  /* So that a client who does not read is soon one who takes no more. */
  int few = 16384;
  CHECK(setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &few, sizeof few) == 0);
  CHECK(ws_pump_listen(harness.pump, dup(listener)));
  one_version_only(&harness, context);
  in_pieces(&harness, context);
  new_keys_before_payload(&harness, context);
  new_keys_without_end(&harness, context);
  bulk_to_a_slow_client(&harness, context);
  room_and_payload_at_once(&harness, context);
  end_behind_a_part(&harness, context);
  end_with_the_request(&harness, context);
  spoilt(&harness, context);
  harness_stop(&harness);
  close(listener);
  SSL_CTX_free(context);
  return 0;
}
