#include "frames-out.h"

#include <stdlib.h>
#include <string.h>

#include "content.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void frames_out_begin(struct frames_out *out, enum dialect dialect, uint64_t seed) {
  out->dialect = dialect;
  out->seed = seed;
  out->chance.state = seed * 31 + (uint64_t)dialect;
  out->len = out->released = out->sent = 0;
  out->made = out->due = out->released_ever = 0;
  out->pings = 0;
}

static void put(struct frames_out *out, uint8_t byte, bool brings) {
  if (out->len == out->room) {
    out->room = out->room ? out->room * 2 : 65536;
    out->bytes = realloc(out->bytes, out->room);
    out->brings = realloc(out->brings, out->room * sizeof *out->brings);
    if (!out->bytes || !out->brings) abort();
  }
  out->bytes[out->len] = byte;
  out->brings[out->len++] = brings;
}

/* Text for n bytes of the stream; brings[i] tells which characters complete a byte. */
static size_t encode_base64(const struct frames_out *out, size_t n, uint8_t *text, bool *brings) {
  size_t len = 0;
  for (size_t i = 0; i < n; i += 3) {
    uint32_t bits = 0;
    size_t have = n - i < 3 ? n - i : 3;
    for (size_t j = 0; j < 3; j++)
      bits = bits << 8 | (j < have ? content_byte(out->seed, TO_SERVER, out->made + i + j) : 0u);
    for (size_t j = 0; j < 4; j++) {
      text[len] = (uint8_t)(j <= have ? alphabet[(bits >> (18 - 6 * j)) & 63] : '=');
      brings[len++] = j > 0 && j <= have;
    }
  }
  return len;
}

/* One frame as RFC 6455 has it; brings may be NULL. */
static void frame(struct frames_out *out, uint8_t first, const uint8_t *payload, const bool *brings, size_t len) {
  uint8_t mask[4] = {0, 0, 0, 0};
  put(out, first, false);
  if (len < 126) {
    put(out, (uint8_t)(0x80 | len), false);
  } else if (len < 65536) {
    put(out, 0x80 | 126, false);
    put(out, (uint8_t)(len >> 8), false);
    put(out, (uint8_t)len, false);
  } else {
    put(out, 0x80 | 127, false);
    for (int shift = 56; shift >= 0; shift -= 8)
      put(out, (uint8_t)((uint64_t)len >> shift), false);
  }
  bool masked = !chance_once_in(&out->chance, 8);
  for (int i = 0; i < 4; i++) {
    mask[i] = masked ? (uint8_t)chance_next(&out->chance) : 0;
    put(out, mask[i], false);
  }
  for (size_t i = 0; i < len; i++)
    put(out, payload[i] ^ mask[i % 4], brings != NULL && brings[i]);
}

static void control(struct frames_out *out) {
  uint8_t payload[125];
  size_t len = chance_once_in(&out->chance, 4) ? chance_below(&out->chance, 126) : chance_below(&out->chance, 8);
  for (size_t i = 0; i < len; i++)
    payload[i] = (uint8_t)chance_next(&out->chance);
  bool ping = !chance_once_in(&out->chance, 4);
  frame(out, ping ? 0x89 : 0x8a, payload, NULL, len);
  out->pings += ping;
}

static void message_rfc6455(struct frames_out *out, const uint8_t *payload, const bool *brings, size_t len) {
  struct chance *chance = &out->chance;
  uint8_t opcode = out->dialect == BINARY ? 2 : 1;
  size_t fragments = chance_once_in(chance, 3) ? 1 + chance_below(chance, 5) : 1;
  size_t at = 0;
  for (size_t i = 0; i < fragments; i++) {
    size_t part = i + 1 == fragments ? len - at : chance_below(chance, len - at + 1);
    frame(out, (uint8_t)((i + 1 == fragments ? 0x80 : 0) | opcode), payload + at, brings + at, part);
    at += part;
    opcode = 0;
    if (i + 1 < fragments && chance_once_in(chance, 4)) control(out);
  }
}

/* n bytes of the stream as one message; n may be 0. */
static void message(struct frames_out *out, size_t n) {
  size_t room = n / 3 * 4 + 4;
  uint8_t *payload = malloc(room);
  bool *brings = malloc(room * sizeof *brings);
  if (!payload || !brings) abort();
  size_t len = n;
  if (out->dialect == PLAIN || out->dialect == BINARY) {
    content_fill(out->seed, TO_SERVER, out->made, payload, n);
    for (size_t i = 0; i < n; i++)
      brings[i] = true;
  } else {
    len = encode_base64(out, n, payload, brings);
  }
  if (dialect_is_rfc6455(out->dialect)) {
    message_rfc6455(out, payload, brings, len);
  } else {
    if (dialect_is_hixie(out->dialect)) put(out, 0x00, false);
    for (size_t i = 0; i < len; i++)
      put(out, payload[i], brings[i]);
    if (dialect_is_hixie(out->dialect)) put(out, 0xff, false);
  }
  out->made += n;
  free(payload);
  free(brings);
}

static void maybe_overhead(struct frames_out *out, size_t once_in) {
  if (out->dialect == PLAIN || !chance_once_in(&out->chance, once_in)) return;
  if (dialect_is_rfc6455(out->dialect) && !chance_once_in(&out->chance, 3)) {
    control(out);
  } else {
    message(out, 0);
  }
}

static void forget_sent(struct frames_out *out) {
  if (out->sent < out->len) return;
  out->len = out->released = out->sent = 0;
}

/* Lets go up to the byte that completes the stream's byte `due`, and some of the overhead behind. */
static void release(struct frames_out *out) {
  size_t before = out->released;
  uint64_t at = out->due;
  size_t i = out->released;
  for (; i < out->len && at > 0; i++)
    at -= out->brings[i];
  size_t most = i;
  while (most < out->len && !out->brings[most])
    most++;
  size_t extra = most - i;
  out->released = i + (chance_once_in(&out->chance, 2) ? extra : chance_below(&out->chance, extra + 1));
  out->released_ever += out->released - before;
  out->due = 0;
}

static uint64_t unreleased(const struct frames_out *out) {
  uint64_t n = 0;
  for (size_t i = out->released; i < out->len; i++)
    n += out->brings[i];
  return n;
}

void frames_out_raw(struct frames_out *out, const void *bytes, size_t len) {
  for (size_t i = 0; i < len; i++)
    put(out, ((const uint8_t *)bytes)[i], false);
  out->released = out->len;
  out->released_ever += len;
}

void frames_out_feed(struct frames_out *out, uint64_t n) {
  struct chance *chance = &out->chance;
  forget_sent(out);
  uint64_t have = unreleased(out);
  bool whole = chance_once_in(chance, 2);
  while (have < n) {
    size_t missing = (size_t)(n - have);
    size_t len = whole || missing < 2 ? missing : 1 + chance_below(chance, missing);
    if (missing > 20000 && len < 5000) len = 5000;
    if (chance_once_in(chance, 6)) len += chance_below(chance, 200);
    maybe_overhead(out, 5);
    message(out, len);
    have += len;
  }
  maybe_overhead(out, 8);
  out->due = n;
  release(out);
}

void frames_out_noise(struct frames_out *out) {
  forget_sent(out);
  if (out->dialect == PLAIN) return;
  if (unreleased(out) == 0) {
    maybe_overhead(out, 1);
    maybe_overhead(out, 3);
    if (chance_once_in(&out->chance, 3)) message(out, 1 + chance_below(&out->chance, 300));
  }
  release(out);
}

void frames_out_close(struct frames_out *out) {
  forget_sent(out);
  if (out->dialect == PLAIN || unreleased(out) > 0) return;
  if (dialect_is_hixie(out->dialect)) {
    put(out, 0xff, false);
    put(out, 0x00, false);
  } else {
    static const uint8_t normal[] = {0x03, 0xe8};
    frame(out, 0x88, normal, NULL, chance_once_in(&out->chance, 3) ? 0 : 2);
  }
  out->released_ever += out->len - out->released;
  out->released = out->len;
}
