/* What can be told of a program before it is executed. */
#ifndef WS_PRELOAD_PROGRAM_H
#define WS_PRELOAD_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* X(name, what it is): why the library would not work in a program. The doctor of src/ has the same reasons, for the user's
 * own command. */
#define WS_OBSTACLES(X)                            \
  X(NONE, "none")                                  \
  X(STATIC, "a statically linked program")         \
  X(MACHINE, "a program for another machine")      \
  X(LIBC, "a program of another libc")             \
  X(PRIVILEGES, "a program that gains privileges") \
  X(GO, "a Go program")

enum ws_obstacle {
#define X(name, text) WS_OBSTACLE_##name,
  WS_OBSTACLES(X)
#undef X
};

/* What would keep the library from working in that program; arguments as in execveat(2). Of a script its interpreter counts.
 * WS_OBSTACLE_NONE also when it cannot be told. *executable: nothing that can be seen would make the exec fail.
 * Async-signal-safe. */
enum ws_obstacle ws_program_obstacle(int at, const char *path, int flags, bool *executable);
/* A noun phrase; static storage. */
const char *ws_obstacle_text(enum ws_obstacle obstacle);

/* The file that execvp(3) would execute under that name. False when there is none, or its name is longer than `size`. */
bool ws_program_find(const char *name, char *found, size_t size);

#endif
