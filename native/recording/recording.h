/* Writing a recording to a file. No allocation, no lock, no state: a line goes out with one write(2), so several threads and
 * processes may write to the same file, and what a process that is killed has written so far is whole. */
#ifndef WS_RECORDING_RECORDING_H
#define WS_RECORDING_RECORDING_H

#include <stdbool.h>

#include "format.h"

/* Each of these is false with errno when the file does not take it (disk full, for one). Such a recording is over: the caller
 * closes the file and writes nothing more to it. */

/* Creates a file that is readable for its owner only, and writes the first lines. Returns a descriptor that is closed on exec
 * and appends, or -1 with errno: EEXIST when there is such a file already. */
int ws_recording_create(const char *path, const struct ws_recording_about *about);
/* Writes payload of any length; ms since the connection was accepted, taken when the bytes moved. No bytes: no record. */
bool ws_recording_write(int fd, enum ws_recording_direction direction, int64_t ms, const void *payload, size_t len);
/* Writes the closing line. The caller closes fd. */
bool ws_recording_end(int fd);

#endif
