#ifndef WS_PRELOAD_RESTART_H
#define WS_PRELOAD_RESTART_H

#include <stdbool.h>

/* poll(2) is interrupted by every signal, a read of a socket without SO_RCVTIMEO only by those whose handler was installed
 * without SA_RESTART (signal(7)). Which one it was is not told: true when there is none of those. */
bool ws_all_signals_restart(void);

#endif
