/* What the parts of the decoder share: one struct ws_decoder and one cursor over the bytes of a call.
 * Each family of dialects is one function; decoder.c alone knows which there are. */
#ifndef WS_CORE_DECODE_H
#define WS_CORE_DECODE_H

#include "decoder.h"

enum ws_decoder_state {
  WS_STATE_HEADER = 1, /* between frames or within a header (Hixie: before the 0x00) */
  WS_STATE_RAW,        /* payload that goes out as it is */
  WS_STATE_TEXT,       /* payload that goes out as it is, but has to be UTF-8 */
  WS_STATE_QUADS,      /* payload in base64 */
  WS_STATE_CONTROL,    /* payload of a control frame */
  WS_STATE_CLOSING,    /* Hixie: after the 0xff of 0xff 0x00 */
  WS_STATE_CLOSED,
  WS_STATE_FAILED
};

/* in..end is still to be decoded, payload goes to out; all three move forward. */
struct ws_cursor {
  const uint8_t *in;
  const uint8_t *end;
  uint8_t *out;
};

/* Decode until the first event or the end of the input. The decoder is in none of the final states. */
enum ws_event ws_decode_rfc6455(struct ws_decoder *d, struct ws_cursor *cursor);
enum ws_event ws_decode_hixie(struct ws_decoder *d, struct ws_cursor *cursor);

/* ws_decode_reach for counted frames. The decoder is in none of the final states. */
size_t ws_decode_reach_rfc6455(const struct ws_decoder *d, size_t room);

/* ws_decoder_is_sound for counted frames, once the lengths are within their arrays. */
bool ws_decode_is_sound_rfc6455(const struct ws_decoder *d);

/* Enters the final state of that error; returns WS_EVENT_ERROR. */
enum ws_event ws_decoder_fail(struct ws_decoder *d, enum ws_error error);

/* Begins a base64 text. */
void ws_quads_begin(struct ws_decoder *d);
/* Decodes at most len characters from the cursor, XORed with d->mask, which is turned along. Stops
 * before the first character that cannot come there. Returns how many were taken. */
size_t ws_quads_decode(struct ws_decoder *d, struct ws_cursor *cursor, size_t len);
/* True when the text may end here: no quad is open. */
bool ws_quads_whole(const struct ws_decoder *d);

#endif
