/* Directories of /proc whose names are numbers: processes, descriptors. */
#ifndef WS_PRELOAD_NUMBERS_H
#define WS_PRELOAD_NUMBERS_H

#include <stdbool.h>

/* Calls visit for each numeric name in the directory, which is open as `at`, until it returns true. -1 with errno when the
 * directory cannot be read, 1 when visit did, else 0. What visit closes is not listed any more; the rest still is. */
int ws_each_number(const char *directory, bool (*visit)(int at, const char *name, void *context), void *context);

#endif
