/* The N of FILE.N: one count for all processes that record under the same name. */
#ifndef WS_RECORDING_COUNTER_H
#define WS_RECORDING_COUNTER_H

#include <stdint.h>

/* Memory that holds a count of 0. Returns a descriptor at WS_FD_FLOOR or above that is inherited over exec, or -1 with errno. */
int ws_recording_counter_create(void);
/* Counts one further; the first is 1. 0 with errno when the descriptor is not a counter. */
uint64_t ws_recording_counter_next(int fd);

#endif
