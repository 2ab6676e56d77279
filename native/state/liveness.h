/* Who is still alive. A zombie is not, though it takes signals until its parent has asked for its status, which may be never. */
#ifndef WS_STATE_LIVENESS_H
#define WS_STATE_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

bool ws_liveness_of_thread(uint32_t tid);
/* The first thread of a process, whose id is the process's, may have ended before others. */
bool ws_liveness_of_process(uint32_t pid);

#endif
