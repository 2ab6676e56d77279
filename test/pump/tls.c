/* TLS with a client that is OpenSSL's own, whose records can be cut, joined, spoilt and withheld. AddressSanitizer watches. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/tls/identity.h"
#include "secure-pump.h"

#define SPOILT 300
#define BULK (2 << 20)
/* Nothing here waits for long. */
#define PATIENCE_S 60

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

static void in_pieces(struct secure_pump *pump) {
  static const size_t pieces[] = {0, 1, 2, 5, 100};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    int target;
    struct tls_peer client = secure_pump_open(pump, pieces[i], NULL, &target);
    secure_pump_expect_both_ways(&client, target, pieces[i]);
    tls_peer_say(&client, "\xff\x00", 2, pieces[i]);
    harness_expect_end(target);
    close(target);
    CHECK(harness_await(&pump->harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_CLIENT);
    tls_peer_end(&client);
  }
}

/* Of a version for which there is no cipher nothing is said. */
static void one_version_only(struct secure_pump *pump) {
  static const struct {
    const char *ciphers;
    const char *suites;
    int version;
  } lists[] = {{CIPHERS, "", TLS1_2_VERSION}, {"", SUITES, TLS1_3_VERSION}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    secure_pump_identify(pump, lists[i].ciphers, lists[i].suites);
    struct tls_peer client = secure_pump_connect(pump);
    CHECK(tls_peer_shake_hands(&client, 0) && SSL_version(client.ssl) == lists[i].version);
    tls_peer_end(&client);
  }
  secure_pump_identify(pump, CIPHERS, SUITES);
}

static void new_keys_before_payload(struct secure_pump *pump) {
  int target;
  struct tls_peer client = secure_pump_open(pump, 0, tls_peer_make_new_keys, &target);
  tls_peer_make_new_keys(&client);
  secure_pump_expect_both_ways(&client, target, 0);
  close(target);
  tls_peer_end(&client);
}

/* What the target sends, until the connection ends. */
static void *send_bulk(void *target) {
  static char bytes[BULK];
  harness_write(*(int *)target, bytes, sizeof bytes);
  return NULL;
}

static void bulk_to_a_slow_client(struct secure_pump *pump) {
  int target;
  pthread_t writer;
  struct tls_peer client = secure_pump_open(pump, 0, NULL, &target);
  CHECK(pthread_create(&writer, NULL, send_bulk, &target) == 0);
  for (size_t heard = 0; heard < BULK / 3 * 4;) {
    CHECK(tls_peer_fill(&client));
    heard += tls_peer_hear_what_is_there(&client);
  }
  tls_peer_end(&client);
  shutdown(target, SHUT_RDWR);
  harness_await(&pump->harness, WS_PUMP_ENDED);
  pthread_join(writer, NULL);
  close(target);
}

/* A packet of the client's says that it has taken something, and brings payload: the pump finds out both at the same time. */
static void room_and_payload_at_once(struct secure_pump *pump) {
  int target;
  pthread_t threads[2];
  struct tls_peer client = secure_pump_open(pump, 0, NULL, &target);
  CHECK(pthread_create(&threads[0], NULL, send_bulk, &target) == 0);
  CHECK(pthread_create(&threads[1], NULL, harness_take_all, &target) == 0);
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
  harness_await(&pump->harness, WS_PUMP_ENDED);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  close(target);
}

/* With the last byte of a record missing there is nothing that could be passed on, but the end. */
static void end_behind_a_part(struct secure_pump *pump) {
  int target;
  char *bytes;
  struct tls_peer client = secure_pump_open(pump, 0, NULL, &target);
  CHECK(SSL_write(client.ssl, "\x00", 1) == 1);
  long len = BIO_get_mem_data(client.out, &bytes);
  CHECK(send(client.fd, bytes, (size_t)len - 1, MSG_MORE) == len - 1);
  shutdown(client.fd, SHUT_WR);
  harness_expect_end(target);
  close(target);
  tls_peer_end(&client);
  harness_await(&pump->harness, WS_PUMP_ENDED);
}

/* All that the client has to say comes together: request, payload, its end. */
static void end_with_the_request(struct secure_pump *pump) {
  static const char all[] = HARNESS_REQUEST
      "\x00"
      "aGVsbG8=\xff";
  char *bytes;
  struct tls_peer client = secure_pump_connect(pump);
  CHECK(tls_peer_shake_hands(&client, 0));
  CHECK(SSL_write(client.ssl, all, sizeof all - 1) == sizeof all - 1);
  SSL_shutdown(client.ssl);
  long len = BIO_get_mem_data(client.out, &bytes);
  CHECK(send(client.fd, bytes, (size_t)len, MSG_MORE) == len);
  shutdown(client.fd, SHUT_WR);
  int ends[2];
  harness_pair(ends);
  CHECK(ws_pump_join(pump->harness.pump, harness_await(&pump->harness, WS_PUMP_WEBSOCKET).id, ends[1], NULL));
  harness_expect(ends[0], "hello", 5);
  harness_expect_end(ends[0]);
  close(ends[0]);
  tls_peer_end(&client);
  harness_await(&pump->harness, WS_PUMP_ENDED);
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
static void spoilt(struct secure_pump *pump) {
  for (size_t at = 0; at < SPOILT; at++) {
    struct tls_peer client = secure_pump_connect(pump);
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
  harness_go_round(&pump->harness);
}

int main(void) {
  struct secure_pump pump;
  alarm(PATIENCE_S);
  refuses_bad_identities();
  secure_pump_start(&pump);
  one_version_only(&pump);
  in_pieces(&pump);
  new_keys_before_payload(&pump);
  bulk_to_a_slow_client(&pump);
  room_and_payload_at_once(&pump);
  end_behind_a_part(&pump);
  end_with_the_request(&pump);
  spoilt(&pump);
  secure_pump_stop(&pump);
  return 0;
}
