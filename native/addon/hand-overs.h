/* The relay's ear, in C, since C++ has no <stdatomic.h>: connections that the library in a wrapped tree hands over. */
#ifndef WS_ADDON_HAND_OVERS_H
#define WS_ADDON_HAND_OVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct addon_address {
  char host[64]; /* without port and brackets */
  uint16_t port;
  uint32_t scope; /* of a link-local address; else 0 */
};

struct addon_hand_over {
  int client;  /* the client's connection: the receiver's, as the next one */
  int program; /* in midstream the program's other end; else -1 */
  int file;    /* in midstream the recording; else, and when there is none, -1 */
  struct addon_address peer;
  struct addon_address local; /* that the client has connected to */
  bool loopback;              /* the program's listener is on a loopback address */
  uint64_t bytes_in;          /* in midstream: payload so far */
  uint64_t bytes_out;
  int64_t accepted_ms; /* in midstream: when the connection was, CLOCK_MONOTONIC */
  uint8_t state[1024]; /* in midstream: struct ws_decoder and struct ws_encoder */
  size_t state_len;    /* 0 otherwise */
};

struct addon_inbox;

/* For the socket and the shared state of those descriptors, which stay the caller's. NULL with errno. */
struct addon_inbox *addon_inbox_open(int socket, int state);
/* Waits for the next hand-over, on whatever thread. False after addon_inbox_stop. */
bool addon_inbox_next(struct addon_inbox *inbox, struct addon_hand_over *out);
/* Makes addon_inbox_next return, from any thread. */
void addon_inbox_stop(struct addon_inbox *inbox);
/* When no thread is in addon_inbox_next any more. */
void addon_inbox_close(struct addon_inbox *inbox);

#define ADDON_TOKEN_BYTES 16

/* Begins to connect to the program at an address of this machine's on behalf of a client, which the program will take for its
 * peer.
 * Returns the descriptor, non-blocking, or -1 with errno. *token_len is 0 when the token, with which the connection has to
 * begin, has been sent already; else it is for the caller to send. */
int addon_relayed_connect(int state, const struct addon_address *program, const struct addon_address *client,
                          uint8_t token[ADDON_TOKEN_BYTES], size_t *token_len);

/* ws_relay_listen for the shared state of that descriptor. */
int addon_relay_listen(int state);

#ifdef __cplusplus
}
#endif

#endif
