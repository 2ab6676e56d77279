#define _GNU_SOURCE
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base64.h"
#include "core/mask.h"
#include "stream.h"

enum { FIRST, HEAD, PAYLOAD, HIXIE_TEXT, HIXIE_CLOSE };

#define CONTINUATION 0
#define TEXT 1
#define BINARY 2
#define CLOSE 8

/* RFC 6455 section 1.3 and draft hixie-76 section 1.2 have these keys with their answers. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define KEY1 "4 @1  46546xW%%0l 1 5" /* within a format */
#define KEY2 "12998 5 Y3 1  .P00"
#define KEY3 "^n:ds[4U"
#define DIGEST "8jKS'y:G*Co,Wxa-"

static const char *const names[WIRE_DIALECTS] = {"tcp", "rfc6455", "base64", "hixie76"};

bool wire_dialect_from_name(const char *name, enum wire_dialect *dialect) {
  for (int i = 0; i < WIRE_DIALECTS; i++) {
    if (strcmp(name, names[i]) == 0) {
      *dialect = (enum wire_dialect)i;
      return true;
    }
  }
  return false;
}

size_t wire_request(enum wire_dialect dialect, const char *host, uint16_t port, char *out, size_t room) {
  int len = 0;
  if (dialect == WIRE_HIXIE76) {
    len = snprintf(out, room,
                   "GET / HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
                   "Origin: http://%s:%u\r\nSec-WebSocket-Key1: " KEY1 "\r\nSec-WebSocket-Key2: " KEY2
                   "\r\nSec-WebSocket-Protocol: base64\r\n\r\n" KEY3,
                   host, port, host, port);
  } else if (dialect != WIRE_TCP) {
    len = snprintf(out, room,
                   "GET / HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Origin: http://%s:%u\r\nSec-WebSocket-Key: " KEY
                   "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
                   host, port, host, port, dialect == WIRE_BASE64 ? "base64" : "binary");
  }
  return (size_t)len;
}

int wire_answer(enum wire_dialect dialect, const char *bytes, size_t len) {
  if (dialect == WIRE_TCP) return 1;
  const char *end = memmem(bytes, len, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  size_t head = (size_t)(end - bytes) + 4;
  if (memcmp(bytes, "HTTP/1.1 101 ", 13) != 0) return -1;
  if (dialect != WIRE_HIXIE76) return len == head && memmem(bytes, len, ACCEPT, strlen(ACCEPT)) != NULL ? 1 : -1;
  if (len < head + strlen(DIGEST)) return 0;
  return len == head + strlen(DIGEST) && memcmp(bytes + head, DIGEST, strlen(DIGEST)) == 0 ? 1 : -1;
}

static size_t put_masked(uint8_t first, const uint8_t *payload, size_t len, uint8_t *out) {
  static uint32_t chance = 2463534242u;
  uint8_t mask[4];
  size_t at = 0;
  out[at++] = 0x80 | first;
  if (len < 126) {
    out[at++] = (uint8_t)(0x80 | len);
  } else if (len < 65536) {
    out[at++] = 0x80 | 126;
    out[at++] = (uint8_t)(len >> 8);
    out[at++] = (uint8_t)len;
  } else {
    out[at++] = 0x80 | 127;
    for (int shift = 56; shift >= 0; shift -= 8)
      out[at++] = (uint8_t)((uint64_t)len >> shift);
  }
  chance = chance * 1664525u + 1013904223u;
  memcpy(mask, &chance, sizeof mask);
  memcpy(out + at, mask, sizeof mask);
  at += sizeof mask;
  ws_mask(payload, len, mask, out + at);
  return at + len;
}

size_t wire_message(enum wire_dialect dialect, const uint8_t *payload, size_t size, uint8_t *out) {
  uint8_t *text;
  size_t len;
  switch (dialect) {
    case WIRE_RFC6455:
      return put_masked(BINARY, payload, size, out);
    case WIRE_BASE64:
      text = malloc(WS_BASE64_LEN(size));
      if (text == NULL) abort();
      len = put_masked(TEXT, text, ws_base64_encode(payload, size, text), out);
      free(text);
      return len;
    case WIRE_HIXIE76:
      out[0] = 0x00;
      len = ws_base64_encode(payload, size, out + 1);
      out[1 + len] = 0xff;
      return 2 + len;
    default:
      memcpy(out, payload, size);
      return size;
  }
}

size_t wire_close(enum wire_dialect dialect, uint8_t out[16]) {
  static const uint8_t code[2] = {1000 >> 8, 1000 & 0xff};
  if (dialect == WIRE_TCP) return 0;
  if (dialect != WIRE_HIXIE76) return put_masked(CLOSE, code, sizeof code, out);
  out[0] = 0xff;
  out[1] = 0x00;
  return 2;
}

bool wire_out_make(struct wire_out *out, enum wire_dialect dialect, size_t size) {
  if (size == 0 || STREAM_PERIOD % size != 0) return false;
  size_t count = STREAM_PERIOD / size;
  *out = (struct wire_out){.bytes = malloc(count * WIRE_ROOM(size) + WIRE_RUN), .size = size};
  if (out->bytes == NULL) abort();
  for (size_t i = 0; i < count; i++) {
    out->message_len = wire_message(dialect, stream_at(i * size), size, out->bytes + out->len);
    out->len += out->message_len;
  }
  memcpy(out->bytes + out->len, out->bytes, WIRE_RUN);
  return true;
}

static void fail(struct wire_in *in, const char *what) {
  if (in->wrong == NULL) in->wrong = what;
}

static void keep(struct wire_in *in, const uint8_t *bytes, size_t len) {
  if (len > in->kept_room) {
    fail(in, "more than was asked for");
    return;
  }
  memcpy(in->kept, bytes, len);
  in->kept += len;
  in->kept_room -= len;
}

static void payload(struct wire_in *in, const uint8_t *bytes, size_t len) {
  for (; len > 0 && in->received < in->expected_len; len--) {
    if (*bytes++ != in->expected[in->received++]) fail(in, "another first byte");
  }
  if (in->kept != NULL) {
    keep(in, bytes, len);
  } else if (!stream_is(in->received - in->expected_len, bytes, len)) {
    fail(in, "other bytes than the stream has here");
  }
  in->received += len;
}

static void last_quad(struct wire_in *in) {
  uint32_t bits = 0;
  size_t pad = (size_t)(in->quad[3] == '=') + (in->quad[2] == '=');
  for (size_t i = 0; i < 4; i++) {
    uint8_t value = i < 4 - pad ? ws_base64_value(in->quad[i]) : 0;
    if (value == WS_BASE64_INVALID) fail(in, "not base64");
    bits = bits << 6 | (value & 63u);
  }
  uint8_t bytes[3] = {(uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits};
  payload(in, bytes, 3 - pad);
  in->quad_len = 0;
}

static void text(struct wire_in *in, const uint8_t *bytes, size_t len) {
  static const uint8_t no_mask[4];
  static uint8_t decoded[65536];
  while (len > 0 && in->wrong == NULL) {
    size_t taken = len < sizeof decoded ? len : sizeof decoded;
    if (in->quad_len == 0) taken = ws_base64_decode_quads(bytes, taken, no_mask, decoded);
    if (in->quad_len > 0 || taken == 0) {
      in->quad[in->quad_len++] = *bytes;
      taken = 1;
      if (in->quad_len == 4) last_quad(in);
    } else {
      payload(in, decoded, taken / 4 * 3);
    }
    bytes += taken;
    len -= taken;
  }
}

static void end_of_text(struct wire_in *in) {
  if (in->quad_len != 0) fail(in, "a frame ends within a quad");
}

static int after_head(struct wire_in *in) {
  uint8_t opcode = in->head[0] & 0x0f;
  uint8_t data = in->dialect == WIRE_BASE64 ? TEXT : BINARY;
  if (in->head[0] & 0x70 || in->head[1] & 0x80) fail(in, "not a server's frame");
  if (opcode < CLOSE && opcode != data && opcode != CONTINUATION) fail(in, "another opcode than was agreed");
  if (opcode == CLOSE) in->closed = true;
  in->left = in->head[1];
  if (in->head_len > 2) in->left = 0;
  for (size_t i = 2; i < in->head_len; i++)
    in->left = in->left << 8 | in->head[i];
  in->head_len = 0;
  return in->left > 0 ? PAYLOAD : FIRST;
}

static size_t take_head(struct wire_in *in, const uint8_t *bytes) {
  in->head[in->head_len++] = *bytes;
  size_t whole = 2;
  if (in->head_len >= 2) whole = in->head[1] == 126 ? 4 : in->head[1] == 127 ? 10 : 2;
  in->state = in->head_len == whole ? after_head(in) : HEAD;
  return 1;
}

static size_t take_payload(struct wire_in *in, const uint8_t *bytes, size_t len) {
  size_t taken = len < in->left ? len : (size_t)in->left;
  bool data = (in->head[0] & 0x0f) < CLOSE;
  if (data && in->dialect == WIRE_BASE64) text(in, bytes, taken);
  if (data && in->dialect == WIRE_RFC6455) payload(in, bytes, taken);
  in->left -= taken;
  if (in->left == 0) {
    end_of_text(in);
    in->state = FIRST;
  }
  return taken;
}

static size_t take_hixie_text(struct wire_in *in, const uint8_t *bytes, size_t len) {
  const uint8_t *end = memchr(bytes, 0xff, len);
  size_t taken = end == NULL ? len : (size_t)(end - bytes);
  text(in, bytes, taken);
  if (end == NULL) return taken;
  end_of_text(in);
  in->state = FIRST;
  return taken + 1;
}

static size_t take_hixie_first(struct wire_in *in, uint8_t byte) {
  if (byte != 0x00 && byte != 0xff) fail(in, "not a frame of Hixie");
  in->state = byte == 0x00 ? HIXIE_TEXT : HIXIE_CLOSE;
  return 1;
}

static size_t take(struct wire_in *in, const uint8_t *bytes, size_t len) {
  switch (in->state) {
    case PAYLOAD:
      return take_payload(in, bytes, len);
    case HIXIE_TEXT:
      return take_hixie_text(in, bytes, len);
    case HIXIE_CLOSE:
      in->closed = true;
      in->state = FIRST;
      return 1;
    default:
      return in->dialect == WIRE_HIXIE76 ? take_hixie_first(in, *bytes) : take_head(in, bytes);
  }
}

bool wire_in_take(struct wire_in *in, const uint8_t *bytes, size_t len) {
  if (in->dialect == WIRE_TCP) {
    payload(in, bytes, len);
    len = 0;
  }
  while (len > 0 && in->wrong == NULL) {
    size_t taken = take(in, bytes, len);
    bytes += taken;
    len -= taken;
  }
  return in->wrong == NULL;
}
