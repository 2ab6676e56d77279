/* Frames going to a client, in two steps so that nothing is ever buffered: plan what to send for the caller's payload,
 * send it with one sendmsg(2), commit how many bytes the kernel took. RFC 6455 section 5, drafts hixie-75/76.
 *
 * A stream of bytes is what travels; frames are only its containers. When the kernel takes a frame in part, the frame
 * stays open: the next payload planned, whatever it is, fills it up. What is held between calls is bounded: the rest of a
 * frame header, the rest of one base64 quad with its terminator (at most 5 bytes), at most 2 payload bytes that do not
 * make a quad yet, and one control frame.
 *
 * Progress: commit never reports the last byte of the planned payload while a part of its encoding (rest of a quad, the
 * 0xff of Hixie) is still to be sent. So a caller that retries what was not reported always gets it out, and nothing
 * depends on somebody else's calling later. The one byte held back that way is remembered and not sent twice: payload that
 * begins with another byte comes from somebody else (a signal handler, a second thread) and goes out whole; the byte is still
 * to be retried then. Should a second one have to be held back meanwhile, it is reported at once. */
#ifndef WS_CORE_ENCODER_H
#define WS_CORE_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"
#include "limits.h"
#include "span.h"

/* Plain data, as struct ws_decoder. */
struct ws_encoder {
  /* Private. */
  uint8_t dialect;
  uint8_t encoding;
  uint8_t head[16]; /* frame header that is begun but not wholly sent */
  uint8_t head_len;
  uint8_t head_sent;
  uint8_t tail[8]; /* rest of a quad, terminator: to be sent before anything else */
  uint8_t tail_len;
  uint8_t carry[2]; /* payload reported as sent that waits for the rest of its quad; only inside an
                       open base64 frame, which nobody can read yet anyway */
  uint8_t carry_len;
  uint8_t ahead;      /* payload bytes sent but not yet reported: 0 or 1 */
  uint8_t ahead_byte; /* which one */
  uint8_t control[WS_CONTROL_FRAME_MAX + 1];
  uint8_t control_len; /* 0 when none is queued */
  uint8_t control_sent;
  uint8_t close_state; /* none, queued, sent */
  uint32_t owed;       /* what the open frame still needs, behind the tail: payload bytes on the wire */
};

#define WS_PLAN_SPANS_MAX 20

/* What to send. Points into the encoder, the plan itself, the scratch area and the caller's payload; valid until the
 * encoder is changed. */
struct ws_plan {
  struct ws_span spans[WS_PLAN_SPANS_MAX]; /* in order, none empty */
  size_t span_count;
  size_t wire_len; /* sum of the spans */
  size_t
      payload; /* payload bytes of the caller's that the plan covers; may be fewer than given: plan again for the rest */

  /* Private. */
  uint8_t head[16]; /* of the frame that the plan begins */
  uint8_t head_len; /* 0 when it begins none */
  uint8_t skipped;  /* payload bytes at the beginning that were sent ahead */
  uint8_t last;     /* the last byte of the payload planned, if there is any */
  uint8_t left[2];  /* payload bytes at the end that make no quad yet */
  uint8_t left_len;
  uint32_t owed;       /* what the frame needs if it is begun (or already open) */
  size_t body;         /* payload bytes on the wire that the plan holds for it */
  const uint8_t *text; /* base64: the body, in the scratch area */
};

/* Puts *e into the state right after a handshake. */
void ws_encoder_init(struct ws_encoder *e, enum ws_dialect dialect, enum ws_encoding encoding);

/* Plans at most one frame for the bytes of payload[0..count), preceded by what is still to be sent (a started header, a
 * tail, a control frame when no frame is open). Does not change *e. With count 0 (or only empty spans) plans just what is
 * pending. An empty payload never makes an empty frame. `scratch` is used for base64 only (needs at least 64 bytes then,
 * and bounds the frame: 4 characters for 3 bytes); binary payload is never copied.
 * A span_count of 0 with payload > 0 means: nothing to send now, but commit(…, 0) takes that payload. */
void ws_encode_plan(const struct ws_encoder *e, const struct ws_span *payload, size_t count, uint8_t *scratch,
                    size_t scratch_len, struct ws_plan *plan);

/* Tells what the kernel took: sent in 0..plan->wire_len bytes, in order; 0 after EAGAIN. *e must be as it was when the plan
 * was made, and the scratch area, too. Returns how many payload bytes of the caller's are
 * thereby written (0..plan->payload), see "Progress" above. */
size_t ws_encode_commit(struct ws_encoder *e, const struct ws_plan *plan, size_t sent);

/* The most frequent case without a plan: where nothing is pending, and so much payload goes out as one frame that holds it as
 * it is, writes the frame's header and returns its length; elsewhere 0. Does not change *e. When the kernel has taken header and
 * payload whole, nothing is left to do; when it has not, plan for that payload, and commit what it took. */
#define WS_FRAME_HEADER_OUT_MAX 10
size_t ws_encode_header(const struct ws_encoder *e, size_t len, uint8_t header[WS_FRAME_HEADER_OUT_MAX]);

/* Queues a Pong with that payload (at most WS_CONTROL_PAYLOAD_MAX bytes). Replaces a control frame that is queued and not
 * begun; one that is begun is finished first (then false: try again after a commit). Nothing may follow a Close, and Hixie
 * has no Pong: true, nothing queued. */
bool ws_encoder_pong(struct ws_encoder *e, const uint8_t *payload, size_t len);
/* Queues a Ping likewise. */
bool ws_encoder_ping(struct ws_encoder *e, const uint8_t *payload, size_t len);

/* Queues the Close: code 0 means an empty one; Hixie sends 0xff 0x00 whatever the code. Replaces a Pong that is not begun.
 * It goes out at the next frame boundary; payload behind it is an error of the caller's: such a plan covers none. False when a
 * control frame is half sent: try again after a commit. Calling it again is true and does nothing. */
bool ws_encoder_close(struct ws_encoder *e, uint16_t code);

/* For an encoder that somebody else hands over, likewise ws_decoder_is_sound. */
bool ws_encoder_is_sound(const struct ws_encoder *e);

/* Nothing at all is left to send: no open frame, no tail, no control frame. */
bool ws_encoder_idle(const struct ws_encoder *e);
/* A counted frame has been begun and still needs payload (a Close cannot be sent until it has got it). */
bool ws_encoder_frame_open(const struct ws_encoder *e);
/* A control frame or tail could be sent right now, without payload: plan with count 0. (The rest of a frame header is not
 * counted, for sending it alone helps nobody.) */
bool ws_encoder_has_pending(const struct ws_encoder *e);
/* The Close has been wholly handed to the kernel. */
bool ws_encoder_close_sent(const struct ws_encoder *e);

#endif
