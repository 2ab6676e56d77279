#include "frames-in.h"

#include <string.h>

#include "content.h"

enum { HEAD, DIGEST, STREAM, FIRST, LENGTH, MORE_LENGTH, PAYLOAD, HIXIE_TEXT, HIXIE_CLOSE, OVER };

void frames_in_begin(struct frames_in *in, enum dialect dialect, uint64_t seed) {
  memset(in, 0, sizeof *in);
  in->dialect = dialect;
  in->seed = seed;
  in->state = dialect == PLAIN ? STREAM : HEAD;
}

static int wrong(struct frames_in *in, const char *what) {
  if (!in->wrong) in->wrong = what;
  return OVER;
}

static void payload_byte(struct frames_in *in, uint8_t byte) {
  if (byte != content_byte(in->seed, TO_CLIENT, in->received)) wrong(in, "another byte than the stream has here");
  in->received++;
}

static int digit(uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void text_byte(struct frames_in *in, uint8_t c) {
  int value = c == '=' ? 0 : digit(c);
  if (value < 0 || (c != '=' && in->quad_pad > 0)) wrong(in, "not base64");
  in->quad_pad += c == '=';
  in->quad = in->quad << 6 | (uint32_t)value;
  if (++in->quad_len < 4) return;
  if (in->quad_pad > 2) wrong(in, "three '=' in a quad");
  for (int i = 0; i < 3 - in->quad_pad; i++)
    payload_byte(in, (uint8_t)(in->quad >> (16 - 8 * i)));
  in->quad_len = 0;
  in->quad = 0;
}

static int end_of_text(struct frames_in *in) {
  if (in->quad_len != 0) wrong(in, "a frame ends within a quad");
  in->quad_pad = 0;
  return FIRST;
}

static int take_head(struct frames_in *in, uint8_t byte) {
  if (in->head_len == sizeof in->head) return wrong(in, "the answer's head does not end");
  in->head[in->head_len++] = (char)byte;
  if (in->head_len < 4 || memcmp(in->head + in->head_len - 4, "\r\n\r\n", 4) != 0) return HEAD;
  if (memcmp(in->head, "HTTP/1.1 101 ", 13) != 0) return wrong(in, "the handshake was refused");
  in->left = in->dialect == HIXIE76 ? 16 : 0;
  return in->left > 0 ? DIGEST : FIRST;
}

static int take_first(struct frames_in *in, uint8_t byte) {
  if (in->closed) return wrong(in, "bytes after the Close");
  if (dialect_is_hixie(in->dialect)) {
    if (byte == 0x00) return HIXIE_TEXT;
    return byte == 0xff ? HIXIE_CLOSE : wrong(in, "not a frame of Hixie");
  }
  in->opcode = byte & 0x0f;
  bool data = in->opcode == (in->dialect == BINARY ? 2 : 1);
  if ((byte & 0xf0) != 0x80 || (!data && in->opcode != 8 && in->opcode != 10)) return wrong(in, "not a frame");
  return LENGTH;
}

static int after_length(struct frames_in *in) {
  if (in->opcode >= 8 && in->left > 125) return wrong(in, "a long control frame");
  if (in->opcode == 8) in->closed = true;
  in->pongs += in->opcode == 10;
  return in->left > 0 ? PAYLOAD : FIRST;
}

static int take_length(struct frames_in *in, uint8_t byte) {
  if (byte & 0x80) return wrong(in, "a server's frame is masked");
  in->left = byte;
  if (byte < 126) return after_length(in);
  in->length_bytes = byte == 126 ? 2 : 8;
  in->left = 0;
  return MORE_LENGTH;
}

static int take_more_length(struct frames_in *in, uint8_t byte) {
  in->left = in->left << 8 | byte;
  return --in->length_bytes == 0 ? after_length(in) : MORE_LENGTH;
}

static int take_payload(struct frames_in *in, uint8_t byte) {
  if (in->opcode == 2) payload_byte(in, byte);
  if (in->opcode == 1) text_byte(in, byte);
  if (--in->left > 0) return PAYLOAD;
  return in->opcode == 1 ? end_of_text(in) : FIRST;
}

static int take_hixie_text(struct frames_in *in, uint8_t byte) {
  if (byte == 0xff) return end_of_text(in);
  text_byte(in, byte);
  return HIXIE_TEXT;
}

static int take_hixie_close(struct frames_in *in, uint8_t byte) {
  in->closed = true;
  return byte == 0x00 ? FIRST : wrong(in, "not a Close of Hixie");
}

static int take(struct frames_in *in, uint8_t byte) {
  switch (in->state) {
    case HEAD:
      return take_head(in, byte);
    case DIGEST:
      return --in->left > 0 ? DIGEST : FIRST;
    case STREAM:
      payload_byte(in, byte);
      return STREAM;
    case FIRST:
      return take_first(in, byte);
    case LENGTH:
      return take_length(in, byte);
    case MORE_LENGTH:
      return take_more_length(in, byte);
    case PAYLOAD:
      return take_payload(in, byte);
    case HIXIE_TEXT:
      return take_hixie_text(in, byte);
    case HIXIE_CLOSE:
      return take_hixie_close(in, byte);
    default:
      return OVER;
  }
}

void frames_in_take(struct frames_in *in, const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i < len; i++)
    in->state = take(in, bytes[i]);
}
