/* What the parts of the encoder share. A family of frames is a pair of functions: one adds a body to
 * the plan, the other makes the encoder's state what it is after a part of that body was sent. What
 * comes before the body (rest of a head, tail, control frame) is the same for all: encoder.c. */
#ifndef WS_CORE_ENCODE_H
#define WS_CORE_ENCODE_H

#include "encoder.h"

enum ws_close_state { WS_CLOSE_NONE, WS_CLOSE_QUEUED, WS_CLOSE_SENT };

/* First bytes of a counted frame that is a message of its own: FIN and the opcode. */
#define WS_FRAME_TEXT 0x81
#define WS_FRAME_BINARY 0x82
#define WS_FRAME_CLOSE 0x88
#define WS_FRAME_PING 0x89
#define WS_FRAME_PONG 0x8a

/* The caller's payload and the place up to which it is planned. */
struct ws_source {
  const struct ws_span *spans;
  size_t count;
  size_t offset; /* in spans[0] */
};

/* The longest run of bytes at the cursor, at most max; steps over it. Empty only at the end. */
struct ws_span ws_source_next(struct ws_source *source, size_t max);
/* How many bytes are left; counting stops once `enough` are found. */
size_t ws_source_left(const struct ws_source *source, size_t enough);

/* Adds a span unless it is empty. There must be room. */
void ws_plan_add(struct ws_plan *plan, const void *data, size_t len);
/* Room for that many more spans. */
size_t ws_plan_room(const struct ws_plan *plan);
/* Begins a counted frame of len payload bytes on the wire: its header is added to the plan. */
void ws_plan_begin_frame(struct ws_plan *plan, uint8_t first, uint32_t len);

/* The body for the bytes at the source: adds spans and the number of bytes to plan->payload. */
void ws_plan_binary(const struct ws_encoder *e, struct ws_source *source, struct ws_plan *plan);
void ws_plan_base64(const struct ws_encoder *e, struct ws_source *source, uint8_t *scratch, size_t scratch_len,
                    struct ws_plan *plan);
void ws_plan_hixie(const struct ws_encoder *e, struct ws_source *source, uint8_t *scratch, size_t scratch_len,
                   struct ws_plan *plan);

/* What the kernel took of the plan's own frame: `sent` counts from its header, or from its body when
 * the frame was already open. Returns the payload bytes that are written thereby, without those that
 * were skipped. */
size_t ws_commit_binary(struct ws_encoder *e, const struct ws_plan *plan, size_t sent);
size_t ws_commit_base64(struct ws_encoder *e, const struct ws_plan *plan, size_t sent);
size_t ws_commit_hixie(struct ws_encoder *e, const struct ws_plan *plan, size_t sent);

/* Common to base64 text: a part of the encoding is still to be sent, so the last byte of the payload is held back. `bytes` is
 * what would be reported. */
void ws_commit_hold_back(struct ws_encoder *e, const struct ws_plan *plan, size_t *bytes);

/* Common to counted frames: notes how much of the new header was sent, and thereby that the frame is
 * open. Returns what is left of `sent` for the body. */
size_t ws_commit_begin_frame(struct ws_encoder *e, const struct ws_plan *plan, size_t sent);

/* Base64 text from the carry and the bytes at the source. */
struct ws_text_limits {
  size_t quads; /* most quads to make */
  bool pad;     /* at the end of the source, bytes that make no quad are padded, else left over */
};
/* Writes quads to text; sets plan->text, body, left and left_len, adds to plan->payload. */
void ws_text_make(const struct ws_encoder *e, struct ws_source *source, uint8_t *text, struct ws_text_limits limits,
                  struct ws_plan *plan);
/* Notes that `sent` characters of the plan's text went out, and that `quads` of its quads, at least those that were
 * begun thereby, have to follow: what is not sent of them becomes the tail. Returns how many payload bytes are in
 * these quads. */
size_t ws_text_sent(struct ws_encoder *e, const struct ws_plan *plan, size_t sent, size_t quads);

#endif
