/* However many raw bytes the decoder says may be read for some room, never more payload comes out of them than there is room
 * for, wherever in the stream, and whatever the frames. */
#include <stdio.h>
#include <string.h>

#include "core/decoder.h"
#include "support.h"

#define FRAMES 24
#define PLACES 400

static const uint32_t lengths[] = {0, 1, 5, 124, 125, 126, 127, 300, 65529, 65535, 65536};
static const uint32_t rooms[] = {1, 2, 6, 124, 125, 126, 127, 131, 133, 134, 4096, 65529, 65534, 65535, 65536, 65549};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t stream[FRAMES * (65536 + 14 + 8)];

static size_t put_frame(uint8_t *out, uint8_t first, uint32_t len) {
  size_t at = 0;
  out[at++] = first;
  if (len < 126) {
    out[at++] = (uint8_t)(0x80 | len);
  } else {
    unsigned bytes = len <= 65535 ? 2 : 8;
    out[at++] = bytes == 2 ? 0xfe : 0xff;
    for (unsigned i = 0; i < bytes; i++)
      out[at++] = (uint8_t)((uint64_t)len >> (8 * (bytes - 1 - i)));
  }
  memset(out + at, 0, 4 + (size_t)len);
  return at + 4 + len;
}

static size_t make_stream(void) {
  size_t len = 0;
  for (int i = 0; i < FRAMES; i++) {
    bool ping = chance(4) == 0;
    len += put_frame(stream + len, ping ? 0x89 : 0x82, ping ? chance(126) : lengths[chance(COUNT(lengths))]);
  }
  return len;
}

static size_t decode(struct ws_decoder *d, const uint8_t *in, size_t len) {
  static uint8_t out[sizeof stream];
  size_t produced = 0;
  while (len > 0) {
    struct ws_decoded r = ws_decode(d, in, len, out);
    produced += r.produced;
    in += r.consumed;
    len -= r.consumed;
  }
  return produced;
}

static void check_from(const struct ws_decoder *d, const uint8_t *in, size_t len) {
  for (size_t i = 0; i < COUNT(rooms); i++) {
    struct ws_decoder trial = *d;
    size_t reach = ws_decode_reach(d, rooms[i]);
    subject("%u bytes of room, %zu of reach", rooms[i], reach);
    CHECK(reach >= rooms[i] && reach <= rooms[i] + WS_DECODE_BEYOND);
    CHECK(decode(&trial, in, reach < len ? reach : len) <= rooms[i]);
  }
}

/* A message together with its header. */
static void check_exact(uint32_t len) {
  struct ws_decoder d;
  size_t wire = put_frame(stream, 0x82, len);
  ws_decoder_init(&d, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  subject("a message of %u bytes", len);
  CHECK(ws_decode_reach(&d, len) >= wire);
}

int main(void) {
  for (int round = 0; round < 20; round++) {
    struct ws_decoder d;
    size_t len = make_stream(), at = 0;
    ws_decoder_init(&d, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
    for (int i = 0; i < PLACES && at < len; i++) {
      check_from(&d, stream + at, len - at);
      size_t step = chance(3) == 0 ? chance(9000) : chance(12);
      if (step > len - at) step = len - at;
      decode(&d, stream + at, step);
      at += step;
    }
  }
  check_exact(16);
  check_exact(125);
  check_exact(1024);
  check_exact(65535);
  check_exact(65536);
  return finish();
}
