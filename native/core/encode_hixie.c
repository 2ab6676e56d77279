/* Delimited frames: 0x00, base64, 0xff. A frame that was cut short is ended after the quad that was
 * begun, and the next payload gets a frame of its own; so no more than five bytes are ever owed. */
#include "encode.h"

static const uint8_t frame_begin[] = {0x00};
static const uint8_t frame_end[] = {0xff};

void ws_plan_hixie(const struct ws_encoder *e, struct ws_source *source, uint8_t *scratch, size_t scratch_len,
                   struct ws_plan *plan) {
  size_t room = scratch_len < WS_FRAME_OUT_MAX ? scratch_len / 4 : WS_FRAME_OUT_MAX / 4;
  struct ws_text_limits limits = {.quads = room, .pad = true};
  ws_text_make(e, source, scratch, limits, plan);
  if (plan->body == 0) return;
  ws_plan_add(plan, frame_begin, sizeof frame_begin);
  ws_plan_add(plan, plan->text, plan->body);
  ws_plan_add(plan, frame_end, sizeof frame_end);
}

/* Once the 0x00 is out, at least one quad follows: a kernel that takes a byte at a time would otherwise be given one
 * empty frame after the other. */
size_t ws_commit_hixie(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  if (sent == 0) return 0;
  size_t text = sent - sizeof frame_begin;
  if (text > plan->body) return ws_text_sent(e, plan, plan->body, plan->body / 4);
  size_t bytes = ws_text_sent(e, plan, text, text == 0 ? 1 : (text + 3) / 4);
  e->tail[e->tail_len++] = frame_end[0];
  ws_commit_hold_back(e, plan, &bytes);
  return bytes;
}
