#include "encode.h"

/* A frame is as long as what can be planned for it: the spans that fit bound it, too. */
static uint32_t plannable(const struct ws_source *source, size_t room) {
  struct ws_source trial = *source;
  size_t len = 0;
  for (size_t i = 0; i < room; i++) {
    size_t run = ws_source_next(&trial, WS_FRAME_OUT_MAX - len).len;
    if (run == 0) break;
    len += run;
  }
  return (uint32_t)len;
}

void ws_plan_binary(const struct ws_encoder *e, struct ws_source *source, struct ws_plan *plan) {
  plan->owed = e->owed;
  if (e->owed == 0) {
    uint32_t len = plannable(source, ws_plan_room(plan) - 1);
    if (len == 0) return;
    ws_plan_begin_frame(plan, WS_FRAME_BINARY, len);
  }
  while (plan->body < plan->owed && ws_plan_room(plan) > 0) {
    struct ws_span run = ws_source_next(source, plan->owed - plan->body);
    if (run.len == 0) break;
    ws_plan_add(plan, run.data, run.len);
    plan->body += run.len;
  }
  plan->payload += plan->body;
}

size_t ws_commit_binary(struct ws_encoder *e, const struct ws_plan *plan, size_t sent) {
  size_t body = ws_commit_begin_frame(e, plan, sent);
  e->owed -= (uint32_t)body;
  return body;
}
