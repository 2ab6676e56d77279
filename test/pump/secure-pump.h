/* A pump that speaks TLS, and its clients, whose side of it is OpenSSL's own. */
#ifndef TEST_PUMP_SECURE_PUMP_H
#define TEST_PUMP_SECURE_PUMP_H

#include "../../native/tls/identity.h"
#include "harness.h"
#include "tls-peer.h"

#define CIPHERS "HIGH"
#define SUITES "TLS_AES_128_GCM_SHA256"

struct secure_pump {
  struct harness harness;
  int listener;     /* the pump's */
  SSL_CTX *context; /* the clients' */
};

/* A client who does not read is soon one who takes no more. */
void secure_pump_start(struct secure_pump *pump);
void secure_pump_stop(struct secure_pump *pump);
/* One that is newly made up; to be freed, or given away. */
struct ws_tls_identity *secure_pump_make_identity(const char *ciphers, const char *suites);
/* With another identity, and these ciphers, from now on. */
void secure_pump_identify(struct secure_pump *pump, const char *ciphers, const char *suites);

/* A client that has not said anything yet. */
struct tls_peer secure_pump_connect(struct secure_pump *pump);
/* A connection that is open, and the target's end of it. What the client says comes in such pieces; `before`, unless it is NULL,
 * is called between handshake and request. */
struct tls_peer secure_pump_open(struct secure_pump *pump, size_t piece, void (*before)(struct tls_peer *client),
                                 int *target);
void secure_pump_expect_both_ways(struct tls_peer *client, int target, size_t piece);

#endif
