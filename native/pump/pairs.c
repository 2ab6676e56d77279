#include "pairs.h"

#include <stdlib.h>
#include <unistd.h>

#include "opening.h"
#include "recording/recording.h"
#include "securing.h"

static struct ws_pair **bucket_of(struct ws_loop *loop, uint64_t id) {
  return &loop->buckets[id % WS_LOOP_BUCKETS];
}

struct ws_pair *ws_pairs_add(struct ws_loop *loop, int fd, const struct ws_pump_origins *from) {
  size_t count = 1;
  for (size_t phase = 0; phase < WS_PAIR_OVER; phase++) {
    count += loop->in_phase[phase];
  }
  struct ws_pair *pair = ws_timers_reserve(&loop->timers, count) ? calloc(1, sizeof *pair) : NULL;
  if (pair == NULL) {
    close(fd);
    return NULL;
  }
  pair->client = (struct ws_side){.watched = WS_WATCHED_CLIENT, .fd = fd, .readable = true, .writable = true};
  pair->target = (struct ws_side){.watched = WS_WATCHED_TARGET, .fd = -1};
  pair->from = *from;
  pair->record_fd = -1;
  pair->accepted_ms = from->accepted_ms > 0 ? from->accepted_ms : loop->now_ms;
  pair->next = loop->pairs;
  if (pair->next != NULL) {
    pair->next->before = pair;
  }
  loop->pairs = pair;
  loop->in_phase[pair->phase]++;
  atomic_fetch_add_explicit(&loop->pump->opening, 1, memory_order_relaxed);
  return pair;
}

static _Atomic uint64_t *counter_of(struct ws_pump *pump, enum ws_pair_phase phase) {
  switch (phase) {
    case WS_PAIR_OPENING:
    case WS_PAIR_WAITING:
    case WS_PAIR_CONNECTING:
      return &pump->opening;
    case WS_PAIR_OPEN:
      return &pump->open;
    default:
      return NULL;
  }
}

void ws_pairs_enter_phase(struct ws_loop *loop, struct ws_pair *pair, enum ws_pair_phase phase) {
  _Atomic uint64_t *before = counter_of(loop->pump, pair->phase);
  _Atomic uint64_t *after = counter_of(loop->pump, phase);
  loop->securing -= pair->phase == WS_PAIR_OPENING && ws_securing_is_under_way(pair) ? 1 : 0;
  loop->in_phase[pair->phase]--;
  loop->in_phase[phase]++;
  pair->phase = phase;
  if (before != after && before != NULL) {
    atomic_fetch_sub_explicit(before, 1, memory_order_relaxed);
  }
  if (before != after && after != NULL) {
    atomic_fetch_add_explicit(after, 1, memory_order_relaxed);
  }
}

static void unlink_from_bucket(struct ws_loop *loop, struct ws_pair *pair) {
  for (struct ws_pair **at = bucket_of(loop, pair->id); *at != NULL; at = &(*at)->next_in_bucket) {
    if (*at == pair) {
      *at = pair->next_in_bucket;
      return;
    }
  }
}

void ws_pairs_end_recording(struct ws_pair *pair) {
  if (pair->record_fd >= 0) {
    ws_recording_end(pair->record_fd);
    close(pair->record_fd);
    pair->record_fd = -1;
  }
}

void ws_pairs_remove(struct ws_loop *loop, struct ws_pair *pair) {
  ws_pairs_enter_phase(loop, pair, WS_PAIR_OVER);
  ws_loop_close_side(loop, &pair->client);
  ws_loop_close_side(loop, &pair->target);
  ws_pairs_end_recording(pair);
  ws_opening_forget(pair);
  ws_timers_remove(&loop->timers, pair);
  ws_loop_not_again(loop, pair);
  if (pair->id != 0) {
    unlink_from_bucket(loop, pair);
  }
  if (pair->next != NULL) {
    pair->next->before = pair->before;
  }
  *(pair->before != NULL ? &pair->before->next : &loop->pairs) = pair->next;
  pair->next_ready = loop->over;
  loop->over = pair;
}

void ws_pairs_name(struct ws_loop *loop, struct ws_pair *pair, uint64_t id) {
  struct ws_pair **bucket = bucket_of(loop, id);
  pair->id = id;
  pair->next_in_bucket = *bucket;
  *bucket = pair;
}

struct ws_pair *ws_pairs_find(struct ws_loop *loop, uint64_t id) {
  struct ws_pair *pair = *bucket_of(loop, id);
  while (pair != NULL && pair->id != id) {
    pair = pair->next_in_bucket;
  }
  return pair;
}

void ws_pairs_free_removed(struct ws_loop *loop) {
  struct ws_pair *next;
  for (struct ws_pair *pair = loop->over; pair != NULL; pair = next) {
    next = pair->next_ready;
    free(pair);
  }
  loop->over = NULL;
}
