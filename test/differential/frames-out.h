/* The client's bytes on their way: the stream, cut into messages, fragments and empty frames at random and mixed with
 * control frames. Which byte on the wire brings a byte of the stream is known, so that the stream can be sent up to any
 * offset, with as much of the overhead behind it as chance will have. */
#ifndef TEST_DIFFERENTIAL_FRAMES_OUT_H
#define TEST_DIFFERENTIAL_FRAMES_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"
#include "random.h"

struct frames_out {
  enum dialect dialect;
  uint64_t seed;
  struct chance chance;
  uint8_t *bytes;
  bool *brings; /* per byte: it completes a byte of the stream */
  size_t len, room;
  size_t released; /* bytes that may be sent */
  size_t sent;
  uint64_t made;          /* bytes of the stream that are in `bytes` or gone */
  uint64_t due;           /* bytes of the stream that have been released */
  uint64_t released_ever; /* bytes on the wire, all in all */
  unsigned pings;
};

void frames_out_begin(struct frames_out *out, enum dialect dialect, uint64_t seed);
/* Bytes that are no frames: the handshake. */
void frames_out_raw(struct frames_out *out, const void *bytes, size_t len);
/* Releases n more bytes of the stream. */
void frames_out_feed(struct frames_out *out, uint64_t n);
/* Releases some overhead, if there can be any here. */
void frames_out_noise(struct frames_out *out);
/* Releases a Close, unless a frame is open. */
void frames_out_close(struct frames_out *out);

#endif
