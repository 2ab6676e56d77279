/* Base64 in counted frames.
 *
 * A frame that was cut short is owed a number of whole quads, and whatever payload comes next fills
 * them; padding may stand in the very last of them only. So payload that ends in the middle of an
 * earlier quad leaves one or two bytes over: they are carried, reported as written, and go out in
 * front of the next payload. Nothing is delayed by that, since the receiver has to wait for the end
 * of the frame in any case. */
#include <string.h>

#include "base64.h"
#include "encode.h"

/* Quads for the carry and the bytes at the source, at most max. */
static size_t quads_wanted(const struct ws_encoder *e, const struct ws_source *source, size_t max) {
  size_t bytes = e->carry_len + ws_source_left(source, max * 3);
  size_t quads = (bytes + 2) / 3;
  return quads < max ? quads : max;
}

void ws_plan_base64(const struct ws_encoder *e, struct ws_source *source, uint8_t *scratch, size_t scratch_len,
                    struct ws_plan *plan) {
  size_t room = scratch_len < WS_FRAME_OUT_MAX ? scratch_len / 4 : WS_FRAME_OUT_MAX / 4;
  plan->owed = e->owed;
  if (e->owed == 0) {
    size_t quads = quads_wanted(e, source, room);
    if (quads == 0) return;
    ws_plan_begin_frame(plan, WS_FRAME_TEXT, (uint32_t)(quads * 4));
  }
  size_t owed = plan->owed / 4;
  size_t quads = quads_wanted(e, source, owed < room ? owed : room);
  struct ws_text_limits limits = {.quads = quads, .pad = quads == owed};
  ws_text_make(e, source, scratch, limits, plan);
  ws_plan_add(plan, plan->text, plan->body);
}

size_t ws_commit_base64(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  size_t body = ws_commit_begin_frame(e, plan, sent);
  size_t bytes = ws_text_sent(e, plan, body, (body + 3) / 4);
  e->owed -= (uint32_t)(body + e->tail_len);
  bool all = plan->head_len + plan->body == sent;
  if (all && plan->left_len > 0) {
    memcpy(e->carry, plan->left, plan->left_len);
    bytes += plan->left_len - e->carry_len;
    e->carry_len = plan->left_len;
  }
  if (e->tail_len > 0) ws_commit_hold_back(e, plan, &bytes);
  return bytes;
}
