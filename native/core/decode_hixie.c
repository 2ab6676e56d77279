#include "decode.h"

#define FRAME_BEGIN 0x00
#define FRAME_END 0xff

/* The first byte of a frame: 0x00 opens one, 0xff is the first half of the orderly close. */
static enum ws_event take_header(struct ws_decoder *d, struct ws_cursor *cursor) {
  uint8_t byte = *cursor->in++;
  if (byte == FRAME_BEGIN) {
    d->state = WS_STATE_QUADS;
    ws_quads_begin(d);
  } else if (byte == FRAME_END) {
    d->state = WS_STATE_CLOSING;
  } else {
    return ws_decoder_fail(d, WS_ERROR_HIXIE_FRAME);
  }
  return WS_EVENT_NONE;
}

static enum ws_event take_closing(struct ws_decoder *d, struct ws_cursor *cursor) {
  if (*cursor->in++ != FRAME_BEGIN) return ws_decoder_fail(d, WS_ERROR_HIXIE_FRAME);
  d->state = WS_STATE_CLOSED;
  return WS_EVENT_CLOSE;
}

static enum ws_event take_text(struct ws_decoder *d, struct ws_cursor *cursor) {
  ws_quads_decode(d, cursor, (size_t)(cursor->end - cursor->in));
  if (cursor->in == cursor->end) return WS_EVENT_NONE;
  uint8_t byte = *cursor->in++;
  if (byte != FRAME_END || !ws_quads_whole(d)) return ws_decoder_fail(d, WS_ERROR_BASE64);
  d->state = WS_STATE_HEADER;
  return WS_EVENT_NONE;
}

enum ws_event ws_decode_hixie(struct ws_decoder *d, struct ws_cursor *cursor) {
  enum ws_event event = WS_EVENT_NONE;
  while (event == WS_EVENT_NONE && cursor->in < cursor->end) {
    switch (d->state) {
      case WS_STATE_HEADER:
        event = take_header(d, cursor);
        break;
      case WS_STATE_CLOSING:
        event = take_closing(d, cursor);
        break;
      default:
        event = take_text(d, cursor);
        break;
    }
  }
  return event;
}
