#include "secure-pump.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void secure_pump_start(struct secure_pump *pump) {
  int few = 16384;
  harness_start(&pump->harness);
  pump->context = SSL_CTX_new(TLS_client_method());
  pump->listener = harness_listener();
  CHECK(setsockopt(pump->listener, SOL_SOCKET, SO_SNDBUF, &few, sizeof few) == 0);
  secure_pump_identify(pump, CIPHERS, SUITES);
  CHECK(ws_pump_listen(pump->harness.pump, dup(pump->listener)));
}

void secure_pump_stop(struct secure_pump *pump) {
  harness_stop(&pump->harness);
  close(pump->listener);
  SSL_CTX_free(pump->context);
}

struct ws_tls_identity *secure_pump_make_identity(const char *ciphers, const char *suites) {
  char *pem = tls_peer_make_identity();
  const char *why;
  struct ws_tls_words words = {pem, pem, ciphers, suites};
  struct ws_tls_identity *identity = ws_tls_identity_create(&words, &why);
  CHECK(identity != NULL);
  free(pem);
  return identity;
}

void secure_pump_identify(struct secure_pump *pump, const char *ciphers, const char *suites) {
  CHECK(ws_pump_identify(pump->harness.pump, secure_pump_make_identity(ciphers, suites)));
  harness_go_round(&pump->harness);
}

struct tls_peer secure_pump_connect(struct secure_pump *pump) {
  return tls_peer_begin(pump->context, harness_connect(pump->listener));
}

static void hear_answer(struct tls_peer *client) {
  char tail[4] = "";
  while (memcmp(tail, "\r\n\r\n", sizeof tail) != 0) {
    memmove(tail, tail + 1, sizeof tail - 1);
    tls_peer_hear(client, &tail[3], 1);
  }
}

struct tls_peer secure_pump_open(struct secure_pump *pump, size_t piece, void (*before)(struct tls_peer *client),
                                 int *target) {
  struct tls_peer client = secure_pump_connect(pump);
  CHECK(tls_peer_shake_hands(&client, piece));
  if (before != NULL) {
    before(&client);
  }
  tls_peer_say(&client, HARNESS_REQUEST, sizeof HARNESS_REQUEST - 1, piece);
  struct ws_pump_event event = harness_await(&pump->harness, WS_PUMP_WEBSOCKET);
  CHECK(event.from.secure);
  int ends[2];
  harness_pair(ends);
  CHECK(ws_pump_join(pump->harness.pump, event.id, ends[1], NULL));
  hear_answer(&client);
  *target = ends[0];
  return client;
}

void secure_pump_expect_both_ways(struct tls_peer *client, int target, size_t piece) {
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
