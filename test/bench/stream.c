#include "stream.h"

#include <string.h>

static uint8_t bytes_of_stream[STREAM_PERIOD + STREAM_RUN];

void stream_begin(void) {
  uint64_t x = 88172645463325252u;
  for (size_t i = 0; i < STREAM_PERIOD; i++) {
    /* xorshift64 (Marsaglia, 2003). */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    bytes_of_stream[i] = (uint8_t)(x >> 24);
  }
  memcpy(bytes_of_stream + STREAM_PERIOD, bytes_of_stream, STREAM_RUN);
}

const uint8_t *stream_at(uint64_t offset) {
  return bytes_of_stream + offset % STREAM_PERIOD;
}

bool stream_is(uint64_t offset, const uint8_t *bytes, size_t len) {
  while (len > STREAM_RUN) {
    if (memcmp(stream_at(offset), bytes, STREAM_RUN) != 0) return false;
    offset += STREAM_RUN;
    bytes += STREAM_RUN;
    len -= STREAM_RUN;
  }
  return memcmp(stream_at(offset), bytes, len) == 0;
}
