/* The server's bytes as they arrive: handshake, frames, and the stream in them, all of it verified. */
#ifndef TEST_DIFFERENTIAL_FRAMES_IN_H
#define TEST_DIFFERENTIAL_FRAMES_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"

struct frames_in {
  enum dialect dialect;
  uint64_t seed;
  uint64_t received; /* bytes of the stream */
  bool closed;       /* a Close has come */
  const char *wrong; /* what is wrong, or NULL */

  int state;
  char head[2048];
  size_t head_len;
  int opcode;
  int length_bytes;
  uint64_t left; /* of a frame, or of the digest */
  int quad_len;
  int quad_pad;
  uint32_t quad;
  unsigned pongs;
};

void frames_in_begin(struct frames_in *in, enum dialect dialect, uint64_t seed);
void frames_in_take(struct frames_in *in, const uint8_t *bytes, size_t len);

#endif
