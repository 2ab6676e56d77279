/* One message over the relay's Unix socket: a connection that the library cannot serve in place. Descriptors go with it
 * (SCM_RIGHTS): the client's connection; in midstream the end of a socket pair whose other end the program has got; and when
 * it is recorded the file. */
#ifndef WS_STATE_HAND_OVER_H
#define WS_STATE_HAND_OVER_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/decoder.h"
#include "../core/encoder.h"
#include "relay.h"

enum ws_hand_over_kind {
  WS_HAND_OVER_NEW,      /* nothing has been read from it; one descriptor */
  WS_HAND_OVER_MIDSTREAM /* its handshake is over; two descriptors, or three */
};

#define WS_HAND_OVER_DESCRIPTORS 3

struct ws_hand_over {
  uint8_t secret[WS_RELAY_TOKEN_BYTES];
  uint32_t kind;          /* enum ws_hand_over_kind */
  union ws_address peer;  /* of the client, or what a trusted proxy said of it */
  union ws_address local; /* that the client has connected to */
  bool loopback;          /* the program listens on a loopback address */
  uint64_t bytes_in;      /* in midstream, as the rest: payload so far */
  uint64_t bytes_out;
  int64_t accepted_ms; /* CLOCK_MONOTONIC */
  struct ws_decoder decoder;
  struct ws_encoder encoder;
};

#endif
