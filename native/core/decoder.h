/* Frames coming from a client, decoded in place. RFC 6455 section 5, drafts hixie-75/76.
 *
 * The decoder never keeps payload: what it holds between calls is a partial frame header, the bits of a partial base64
 * quad, and the payload of one control frame. Payload bytes that come out never outnumber the raw bytes that went in, so
 * the output may be written over the input. An error is sticky. */
#ifndef WS_CORE_DECODER_H
#define WS_CORE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"
#include "errors.h"
#include "limits.h"

enum ws_event {
  WS_EVENT_NONE,  /* all input was consumed */
  WS_EVENT_PING,  /* answer with the control payload */
  WS_EVENT_PONG,  /* for information */
  WS_EVENT_CLOSE, /* the peer's Close (or Hixie 0xff 0x00): nothing after it is looked at, in this call or later */
  WS_EVENT_ERROR  /* d->error is set: nothing after it is looked at, in this call or later */
};

/* Plain data: may be copied, compared, and kept in memory shared between processes. All zero is not a valid state. */
struct ws_decoder {
  /* For the caller, valid after the event that they belong to and until the next call: */
  uint8_t control[WS_CONTROL_PAYLOAD_MAX]; /* payload of the Ping, Pong or Close */
  uint8_t control_len;
  uint16_t close_code; /* of the Close: its code, or 0 when its payload was empty (always 0 in Hixie) */
  uint8_t error;       /* enum ws_error, sticky */

  /* Private. */
  uint8_t dialect;
  uint8_t encoding;
  uint8_t state;
  uint8_t opcode;  /* of the frame in progress */
  uint8_t message; /* opcode of the message in progress, 0 when none */
  uint8_t fin;
  uint8_t header_len; /* bytes of `header` that are there */
  uint8_t header[14];
  uint8_t mask[4];  /* turned so that mask[0] is for the next byte; zero in Hixie */
  uint8_t quad_len; /* characters of the quad in progress */
  uint8_t quad_pad; /* how many '=' the message has had */
  uint32_t quad_bits;
  uint32_t utf8;
  uint64_t remaining; /* payload bytes of the frame in progress that are still to come */
};

struct ws_decoded {
  size_t consumed; /* raw bytes taken from the input */
  size_t produced; /* payload bytes written to the output; never more than consumed */
  enum ws_event event;
};

/* Puts *d into the state right after a handshake. */
void ws_decoder_init(struct ws_decoder *d, enum ws_dialect dialect, enum ws_encoding encoding);

/* Decodes from in[0..len). Stops after the first event, or when all is consumed (WS_EVENT_NONE): after PING or PONG call
 * again with the rest. `out` has room for len bytes; it may be `in` itself or begin anywhere before it in the same array
 * (then bytes below out + produced are payload, and in[consumed..len) is untouched), or be apart from it.
 * After CLOSE or ERROR every further call consumes all its input, produces nothing and returns the same event. */
struct ws_decoded ws_decode(struct ws_decoder *d, const uint8_t *in, size_t len, uint8_t *out);

/* How many bytes at the beginning of in[0..len) come before the first byte whose decoding yields payload: frame headers,
 * whole control frames, empty frames, base64 characters that complete no byte. Does not change *d. The count includes a
 * Close or an error but nothing after it. Equal to len when there is no payload in sight, and after the end of the stream;
 * then the caller may consume all. */
size_t ws_decode_overhead(const struct ws_decoder *d, const uint8_t *in, size_t len);

/* How many raw bytes may be given to the decoder so that not more than `room` bytes of payload can come out of them: at least
 * `room`, and at most WS_DECODE_BEYOND more, where headers are certain to be among them. So a message of just `room` bytes
 * is read together with its header. */
#define WS_DECODE_BEYOND 14
size_t ws_decode_reach(const struct ws_decoder *d, size_t room);

/* For a decoder that somebody else hands over: true when no call can be led out of its arrays by what it holds. */
bool ws_decoder_is_sound(const struct ws_decoder *d);

/* True when the peer has ended the stream: a Close or an error was decoded. */
bool ws_decoder_ended(const struct ws_decoder *d);

/* True between messages: no partial header, frame, message or quad. An end of the stream here loses nothing. True after a
 * Close, false after an error. */
bool ws_decoder_at_boundary(const struct ws_decoder *d);

#endif
