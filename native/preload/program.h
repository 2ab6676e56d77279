/* What can be told of a program before it is executed. */
#ifndef WS_PRELOAD_PROGRAM_H
#define WS_PRELOAD_PROGRAM_H

#include <stdbool.h>

/* True for an ELF file that names no interpreter (ld.so), so that nothing can be preloaded into it. False when in doubt. */
bool ws_program_is_static(const char *path);

#endif
