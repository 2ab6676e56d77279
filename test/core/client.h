/* What a client makes of the bytes that a server sends: written apart from the core, as plainly as can be. */
#ifndef TEST_CORE_CLIENT_H
#define TEST_CORE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
  bool hixie;
  bool base64;
  uint8_t *payload; /* room for all that can come */
  size_t payload_len;
  char controls[8192]; /* "ping:hex pong:hex close:hex", in order */
  size_t frames;
  size_t frame_payload_max; /* on the wire */
};

/* Reads whole frames. Returns how many bytes they make; what is left begins a frame that is not whole. -1 when it is not
 * what a client accepts. */
long client_read(struct client *client, const uint8_t *wire, size_t len);

#endif
