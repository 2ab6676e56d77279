/* What the two payload paths cost, in payload bytes per second, so that a change to either can be judged. The plain
 * forms and memcpy stand beside the fast ones; the last column is the share of memcpy. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base64.h"
#include "core/decoder.h"
#include "core/mask.h"

#define PAYLOAD_MAX 65536u
#define SECONDS 0.2
/* Of the frames that the decoder is given: header and mask. */
#define HEADER_MAX 14u

static uint8_t payload[PAYLOAD_MAX], masked[PAYLOAD_MAX], text[WS_BASE64_LEN(PAYLOAD_MAX)];
static uint8_t frame[HEADER_MAX + WS_BASE64_LEN(PAYLOAD_MAX)], copy[sizeof frame], out[sizeof frame];
static size_t payload_len, frame_len;
static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d}, no_mask[4];

static void copying(void) {
  memcpy(out, payload, payload_len);
}
static void masking_plain(void) {
  ws_mask_scalar(masked, payload_len, mask, out);
}
static void masking(void) {
  ws_mask(masked, payload_len, mask, out);
}
/* Twice is once and back; in place, with the output a header's length below the input. */
static void masking_down(void) {
  ws_mask(copy + HEADER_MAX, payload_len, mask, copy);
}
static void encoding_plain(void) {
  ws_base64_encode_scalar(payload, payload_len, out);
}
static void encoding(void) {
  ws_base64_encode(payload, payload_len, out);
}
static void decoding_plain(void) {
  ws_base64_decode_quads_scalar(text, WS_BASE64_LEN(payload_len), no_mask, out);
}
static void decoding(void) {
  ws_base64_decode_quads(text, WS_BASE64_LEN(payload_len), no_mask, out);
}

static void frames(enum ws_encoding encoding) {
  struct ws_decoder d;
  ws_decoder_init(&d, WS_DIALECT_RFC6455, encoding);
  ws_decode(&d, frame, frame_len, out);
}
static void binary_frame(void) {
  frames(WS_ENCODING_BINARY);
}
static void base64_frame(void) {
  frames(WS_ENCODING_BASE64);
}

static void make_frame(uint8_t first, const uint8_t *data, size_t len) {
  frame[0] = first;
  frame[1] = 0x80 | 127;
  size_t head = 10;
  for (size_t i = 0; i < 8; i++)
    frame[2 + i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
  if (len <= 65535) {
    frame[1] = 0x80 | 126;
    frame[2] = (uint8_t)(len >> 8);
    frame[3] = (uint8_t)len;
    head = 4;
  }
  if (len < 126) {
    frame[1] = (uint8_t)(0x80 | len);
    head = 2;
  }
  memcpy(frame + head, mask, sizeof mask);
  ws_mask_scalar(data, len, mask, frame + head + sizeof mask);
  frame_len = head + sizeof mask + len;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double bytes_per_second(void (*run)(void)) {
  size_t rounds = 0, batch = 1 + PAYLOAD_MAX / payload_len;
  double begin = now(), end;
  do {
    for (size_t i = 0; i < batch; i++) {
      run();
      __asm__ volatile("" : : "r"(out), "r"(copy) : "memory");
    }
    rounds += batch;
    end = now();
  } while (end - begin < SECONDS);
  return (double)rounds * (double)payload_len / (end - begin);
}

static void report(const char *name, void (*run)(void), double whole) {
  double rate = bytes_per_second(run);
  printf("  %-26s %8.2f GB/s  %5.2f\n", name, rate / 1e9, whole > 0 ? rate / whole : 1.0);
}

static void measure(size_t len) {
  payload_len = len;
  for (size_t i = 0; i < len; i++)
    payload[i] = (uint8_t)(i * 2654435761u >> 13);
  ws_mask_scalar(payload, len, mask, masked);
  size_t text_len = ws_base64_encode_scalar(payload, len, text);
  printf("%zu bytes\n", len);
  double whole = bytes_per_second(copying);
  report("memcpy", copying, whole);
  report("mask, plain", masking_plain, whole);
  report("mask", masking, whole);
  report("mask, in place", masking_down, whole);
  report("base64 encode, plain", encoding_plain, whole);
  report("base64 encode", encoding, whole);
  report("base64 decode, plain", decoding_plain, whole);
  report("base64 decode", decoding, whole);
  make_frame(0x82, payload, len);
  report("decoder, a binary frame", binary_frame, whole);
  make_frame(0x81, text, text_len);
  report("decoder, a base64 frame", base64_frame, whole);
}

int main(void) {
  measure(48);
  measure(1536);
  measure(49152);
  return 0;
}
