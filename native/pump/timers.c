#include "timers.h"

#include <stdlib.h>

bool ws_timers_reserve(struct ws_timers *timers, size_t count) {
  if (count <= timers->room) {
    return true;
  }
  size_t room = timers->room > 0 ? 2 * timers->room : 64;
  struct ws_timer *heap = realloc(timers->heap, room * sizeof *heap);
  if (heap == NULL) {
    return false;
  }
  timers->heap = heap;
  timers->room = room;
  return true;
}

static void put(struct ws_timers *timers, size_t at, struct ws_timer timer) {
  timers->heap[at] = timer;
  timer.pair->timer = at + 1;
}

static void rise(struct ws_timers *timers, size_t at, struct ws_timer timer) {
  while (at > 0 && timer.due_ms < timers->heap[(at - 1) / 2].due_ms) {
    put(timers, at, timers->heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  put(timers, at, timer);
}

static void sink(struct ws_timers *timers, size_t at, struct ws_timer timer) {
  for (;;) {
    size_t child = 2 * at + 1;
    if (child + 1 < timers->count && timers->heap[child + 1].due_ms < timers->heap[child].due_ms) {
      child++;
    }
    if (child >= timers->count || timer.due_ms <= timers->heap[child].due_ms) {
      break;
    }
    put(timers, at, timers->heap[child]);
    at = child;
  }
  put(timers, at, timer);
}

static void settle(struct ws_timers *timers, size_t at, struct ws_timer timer) {
  if (at > 0 && timer.due_ms < timers->heap[(at - 1) / 2].due_ms) {
    rise(timers, at, timer);
  } else {
    sink(timers, at, timer);
  }
}

void ws_timers_set(struct ws_timers *timers, struct ws_pair *pair, int64_t due_ms) {
  size_t at = pair->timer > 0 ? pair->timer - 1 : timers->count++;
  settle(timers, at, (struct ws_timer){due_ms, pair});
}

void ws_timers_remove(struct ws_timers *timers, struct ws_pair *pair) {
  if (pair->timer == 0) {
    return;
  }
  size_t at = pair->timer - 1;
  pair->timer = 0;
  struct ws_timer last = timers->heap[--timers->count];
  if (at < timers->count) {
    settle(timers, at, last);
  }
}

int64_t ws_timers_next(const struct ws_timers *timers) {
  return timers->count > 0 ? timers->heap[0].due_ms : -1;
}

struct ws_pair *ws_timers_take(struct ws_timers *timers, int64_t now_ms) {
  if (timers->count == 0 || timers->heap[0].due_ms > now_ms) {
    return NULL;
  }
  struct ws_pair *pair = timers->heap[0].pair;
  ws_timers_remove(timers, pair);
  return pair;
}
