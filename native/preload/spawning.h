/* Programs that start programs. A connection may go with them, so its holders have to be known before the parent closes its
 * own copy; and a program that is handed a connection needs the library, even if the environment it gets was made anew. */
#ifndef WS_PRELOAD_SPAWNING_H
#define WS_PRELOAD_SPAWNING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Keeps copies of the variables that make the library work. For the constructor. */
void ws_spawning_remember_environment(void);

/* Room that ws_spawning_environment needs, in pointers, for that environment. */
size_t ws_spawning_environment_size(char *const environment[]);
/* The environment for a program that is about to be executed: the given one, or, when this process holds connections and the
 * given one lacks the library's variables, a copy in `room` that has them. */
char *const *ws_spawning_environment(char *const environment[], char **room);

/* Before exec, of this file if it is known. In a child of vfork, which shares our memory: it will hold what is not
 * close-on-exec. A connection that would become the standard input or output of a static program, which would get raw
 * frames, is closed with 1011. */
void ws_spawning_executes(const char *path);

/* Around fork(2), in the parent, and posix_spawn(3): what this process holds is held by the child too, until it is found not to. child 0: it failed. */
void ws_spawning_begin(void);
void ws_spawning_end(pid_t child);

#endif
