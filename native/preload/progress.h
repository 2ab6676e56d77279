/* What the kernel knows of a connection that the program leaves alone: what it has not read yet, and whether a slow client goes
 * on taking what was sent. */
#ifndef WS_PRELOAD_PROGRESS_H
#define WS_PRELOAD_PROGRESS_H

#include <stdbool.h>

#include "../state/state.h"

bool ws_progress_has_unread(int fd);

/* Notes where the client stands now. True when something lay before it at the last note, and it has taken some of that since. */
bool ws_progress_note(int fd, struct ws_progress *progress);

#endif
