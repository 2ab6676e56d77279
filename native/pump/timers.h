/* Who is to be looked at when: a heap, one entry a connection at most. */
#ifndef WS_PUMP_TIMERS_H
#define WS_PUMP_TIMERS_H

#include "pair.h"

struct ws_timer {
  int64_t due_ms;
  struct ws_pair *pair;
};

/* All zero: empty. */
struct ws_timers {
  struct ws_timer *heap;
  size_t count;
  size_t room;
};

/* Makes room for that many entries; false without memory. ws_timers_set never needs more. */
bool ws_timers_reserve(struct ws_timers *timers, size_t count);
void ws_timers_set(struct ws_timers *timers, struct ws_pair *pair, int64_t due_ms);
void ws_timers_remove(struct ws_timers *timers, struct ws_pair *pair);
/* When the first is due; -1 when there is none. */
int64_t ws_timers_next(const struct ws_timers *timers);
/* Takes one out that is due; NULL when there is none. */
struct ws_pair *ws_timers_take(struct ws_timers *timers, int64_t now_ms);

#endif
