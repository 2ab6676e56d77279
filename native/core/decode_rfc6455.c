/* Counted frames: RFC 6455 section 5, the same in hybi-07 and -08.
 *
 * A header is taken byte by byte and each rule is checked at the byte that decides it, so that an
 * error is found at the same place however the input is cut. Frame ends are dealt with at their last
 * byte, not at the first of the next frame: a Ping has to be seen when it is complete. */
#include <string.h>

#include "decode.h"
#include "mask.h"
#include "utf8.h"

#define FIN 0x80
#define RSV 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LENGTH 0x7f
#define LENGTH_16 126
#define LENGTH_64 127
#define MASK_BYTES 4
/* The two bytes that every header begins with. */
#define SHORT_HEADER 2

enum opcode { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

static bool is_control(uint8_t opcode) {
  return (opcode & 8) != 0;
}

static bool is_known(uint8_t opcode) {
  return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
}

/* Sections 5.2, 5.4 and 5.5: what the first byte of a frame may say at this place. */
static enum ws_error check_first(struct ws_decoder *d) {
  uint8_t byte = d->header[0];
  d->fin = (byte & FIN) != 0;
  d->opcode = byte & OPCODE;
  if (byte & RSV) return WS_ERROR_RSV;
  if (!is_known(d->opcode)) return WS_ERROR_OPCODE;
  if (is_control(d->opcode)) return d->fin ? WS_ERROR_NONE : WS_ERROR_CONTROL_FRAGMENTED;
  if (d->opcode == CONTINUATION) return d->message ? WS_ERROR_NONE : WS_ERROR_CONTINUATION;
  return d->message ? WS_ERROR_INTERLEAVED : WS_ERROR_NONE;
}

/* Sections 5.1 and 5.5. */
static enum ws_error check_second(const struct ws_decoder *d) {
  uint8_t length = d->header[1] & LENGTH;
  if (!(d->header[1] & MASKED)) return WS_ERROR_MASK;
  if (is_control(d->opcode) && length > WS_CONTROL_PAYLOAD_MAX) return WS_ERROR_CONTROL_LENGTH;
  return WS_ERROR_NONE;
}

/* Bytes of the header up to and including the length. */
static size_t length_end(const struct ws_decoder *d) {
  switch (d->header[1] & LENGTH) {
    case LENGTH_16:
      return 2 + 2;
    case LENGTH_64:
      return 2 + 8;
    default:
      return 2;
  }
}

static uint64_t payload_length(const struct ws_decoder *d) {
  size_t end = length_end(d);
  if (end == 2) return d->header[1] & LENGTH;
  uint64_t length = 0;
  for (size_t i = 2; i < end; i++)
    length = length << 8 | d->header[i];
  return length;
}

/* Section 5.2: the shortest form, and 63 bits at most. */
static enum ws_error check_length(const struct ws_decoder *d) {
  uint64_t length = payload_length(d);
  size_t end = length_end(d);
  if (length >> 63) return WS_ERROR_LENGTH_RANGE;
  if (end == 2 + 2 && length < LENGTH_16) return WS_ERROR_LENGTH_FORM;
  if (end == 2 + 8 && length <= UINT16_MAX) return WS_ERROR_LENGTH_FORM;
  return WS_ERROR_NONE;
}

static enum ws_error check_header(struct ws_decoder *d) {
  if (d->header_len == 1) return check_first(d);
  if (d->header_len == 2) return check_second(d);
  if (d->header_len == length_end(d)) return check_length(d);
  return WS_ERROR_NONE;
}

/* Section 7.4: codes that mean something on the wire. 1004 is reserved, 1005, 1006 and 1015 are for
 * the local side only; 1012 to 1014 are in the IANA registry. */
static bool is_close_code(uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

static bool is_utf8(const uint8_t *text, size_t len) {
  uint32_t state = WS_UTF8_WHOLE;
  for (size_t i = 0; i < len; i++) {
    if (!ws_utf8_step(&state, text[i])) return false;
  }
  return state == WS_UTF8_WHOLE;
}

/* Section 5.5.1. */
static enum ws_event end_close(struct ws_decoder *d) {
  d->close_code = 0;
  if (d->control_len == 1) return ws_decoder_fail(d, WS_ERROR_CLOSE_LENGTH);
  if (d->control_len >= 2) {
    uint16_t code = (uint16_t)(d->control[0] << 8 | d->control[1]);
    if (!is_close_code(code)) return ws_decoder_fail(d, WS_ERROR_CLOSE_CODE);
    if (!is_utf8(d->control + 2, d->control_len - 2u)) return ws_decoder_fail(d, WS_ERROR_UTF8);
    d->close_code = code;
  }
  d->state = WS_STATE_CLOSED;
  return WS_EVENT_CLOSE;
}

static enum ws_event end_data(struct ws_decoder *d) {
  if (!d->fin) return WS_EVENT_NONE;
  bool text = d->message == TEXT;
  d->message = 0;
  if (!text) return WS_EVENT_NONE;
  if (d->encoding == WS_ENCODING_BASE64) return ws_quads_whole(d) ? WS_EVENT_NONE : ws_decoder_fail(d, WS_ERROR_BASE64);
  return d->utf8 == WS_UTF8_WHOLE ? WS_EVENT_NONE : ws_decoder_fail(d, WS_ERROR_UTF8);
}

static enum ws_event end_frame(struct ws_decoder *d) {
  d->state = WS_STATE_HEADER;
  d->header_len = 0;
  switch (d->opcode) {
    case CLOSE:
      return end_close(d);
    case PING:
      return WS_EVENT_PING;
    case PONG:
      return WS_EVENT_PONG;
    default:
      return end_data(d);
  }
}

static void begin_message(struct ws_decoder *d) {
  d->message = d->opcode;
  if (d->opcode == BINARY) return;
  d->utf8 = WS_UTF8_WHOLE;
  ws_quads_begin(d);
}

static uint8_t payload_state(const struct ws_decoder *d) {
  if (is_control(d->opcode)) return WS_STATE_CONTROL;
  if (d->message == BINARY) return WS_STATE_RAW;
  return d->encoding == WS_ENCODING_BASE64 ? WS_STATE_QUADS : WS_STATE_TEXT;
}

static enum ws_event begin_payload(struct ws_decoder *d, const uint8_t *mask, uint64_t len) {
  memcpy(d->mask, mask, MASK_BYTES);
  d->remaining = len;
  if (is_control(d->opcode))
    d->control_len = 0;
  else if (d->opcode != CONTINUATION)
    begin_message(d);
  d->state = payload_state(d);
  return len == 0 ? end_frame(d) : WS_EVENT_NONE;
}

static enum ws_event take_header(struct ws_decoder *d, struct ws_cursor *cursor) {
  while (cursor->in < cursor->end) {
    d->header[d->header_len++] = *cursor->in++;
    enum ws_error error = check_header(d);
    if (error != WS_ERROR_NONE) return ws_decoder_fail(d, error);
    if (d->header_len >= 2 && d->header_len == length_end(d) + MASK_BYTES)
      return begin_payload(d, d->header + length_end(d), payload_length(d));
  }
  return WS_EVENT_NONE;
}

/* Each of these takes len bytes of payload, or fewer when the next one is not acceptable. */

static size_t take_raw(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  ws_mask(cursor->in, len, d->mask, cursor->out);
  if (len < d->remaining) ws_mask_advance(d->mask, len);
  cursor->in += len;
  cursor->out += len;
  return len;
}

static size_t take_text(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  size_t taken = ws_utf8_unmask(&d->utf8, cursor->in, len, d->mask, cursor->out);
  ws_mask_advance(d->mask, taken);
  cursor->in += taken;
  cursor->out += taken;
  return taken;
}

static size_t take_control(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  ws_mask(cursor->in, len, d->mask, d->control + d->control_len);
  ws_mask_advance(d->mask, len);
  cursor->in += len;
  d->control_len = (uint8_t)(d->control_len + len);
  return len;
}

static size_t take_some(struct ws_decoder *d, struct ws_cursor *cursor, size_t len) {
  switch (d->state) {
    case WS_STATE_RAW:
      return take_raw(d, cursor, len);
    case WS_STATE_TEXT:
      return take_text(d, cursor, len);
    case WS_STATE_QUADS:
      return ws_quads_decode(d, cursor, len);
    default:
      return take_control(d, cursor, len);
  }
}

static enum ws_event take_payload(struct ws_decoder *d, struct ws_cursor *cursor) {
  size_t len = (size_t)(cursor->end - cursor->in);
  if (len > d->remaining) len = (size_t)d->remaining;
  size_t taken = take_some(d, cursor, len);
  d->remaining -= taken;
  if (taken < len) {
    cursor->in++;
    return ws_decoder_fail(d, d->state == WS_STATE_TEXT ? WS_ERROR_UTF8 : WS_ERROR_BASE64);
  }
  return d->remaining == 0 ? end_frame(d) : WS_EVENT_NONE;
}

/* The header of a message of one frame, where it is there as a whole, as it nearly always is, and nothing is wrong with it: its
 * length, and in *len that of the payload. 0 leaves it to the states, a byte at a time. */
static size_t plain_header(const uint8_t *in, size_t there, uint8_t opcode, size_t *len) {
  if (there < SHORT_HEADER + 2 + MASK_BYTES || in[0] != (FIN | opcode) || !(in[1] & MASKED)) return 0;
  *len = in[1] & LENGTH;
  if (*len < LENGTH_16) return SHORT_HEADER + MASK_BYTES;
  if (*len == LENGTH_64) return 0;
  *len = (size_t)(in[2] << 8 | in[3]);
  return *len < LENGTH_16 ? 0 : SHORT_HEADER + 2 + MASK_BYTES;
}

/* Messages in binary that are there as a whole. Between two of them nothing has to be remembered. */
static void take_whole_messages(struct ws_decoder *d, struct ws_cursor *cursor) {
  size_t there, header, len;
  while (d->message == 0 && (there = (size_t)(cursor->end - cursor->in)) > 0 &&
         (header = plain_header(cursor->in, there, BINARY, &len)) > 0 && there - header >= len) {
    ws_mask(cursor->in + header, len, cursor->in + header - MASK_BYTES, cursor->out);
    cursor->in += header + len;
    cursor->out += len;
  }
}

static enum ws_event begin_frame(struct ws_decoder *d, struct ws_cursor *cursor) {
  size_t header, len;
  if (d->header_len > 0) return take_header(d, cursor);
  take_whole_messages(d, cursor);
  uint8_t opcode = d->encoding == WS_ENCODING_BASE64 ? TEXT : BINARY;
  size_t there = (size_t)(cursor->end - cursor->in);
  if (d->message != 0 || (header = plain_header(cursor->in, there, opcode, &len)) == 0) return take_header(d, cursor);
  cursor->in += header;
  d->fin = true;
  d->opcode = opcode;
  return begin_payload(d, cursor->in - MASK_BYTES, len);
}

enum ws_event ws_decode_rfc6455(struct ws_decoder *d, struct ws_cursor *cursor) {
  enum ws_event event = WS_EVENT_NONE;
  while (event == WS_EVENT_NONE && cursor->in < cursor->end) {
    event = d->state == WS_STATE_HEADER ? begin_frame(d, cursor) : take_payload(d, cursor);
  }
  return event;
}

/* Bytes of headers that are certain to be in the next `room` bytes and as many more. A frame of up to 125 bytes has the
 * shortest header, and so much room takes in a part of the next one; likewise with a length of 16 bits. */
static size_t least_headers(size_t room) {
  if (room >= UINT16_MAX) return SHORT_HEADER + 8 + MASK_BYTES;
  return room >= LENGTH_16 ? SHORT_HEADER + 2 + MASK_BYTES : SHORT_HEADER + MASK_BYTES;
}

size_t ws_decode_reach_rfc6455(const struct ws_decoder *d, size_t room) {
  if (d->state == WS_STATE_HEADER && d->header_len == 0) return room + least_headers(room);
  if (d->state == WS_STATE_HEADER) return room;
  if (d->state == WS_STATE_CONTROL || d->remaining >= room) return room;
  return room + least_headers(room - (size_t)d->remaining);
}

bool ws_decode_is_sound_rfc6455(const struct ws_decoder *d) {
  switch (d->state) {
    case WS_STATE_HEADER:
      return d->header_len < 2 || d->header_len < length_end(d) + MASK_BYTES;
    case WS_STATE_CONTROL:
      return d->remaining <= (uint64_t)(WS_CONTROL_PAYLOAD_MAX - d->control_len);
    default:
      return true;
  }
}
