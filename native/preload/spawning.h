/* Programs that start programs. A connection may go with them, so its holders have to be known before the parent closes its
 * own copy; and a program that is handed a connection needs the library, even if the environment it gets was made anew. */
#ifndef WS_PRELOAD_SPAWNING_H
#define WS_PRELOAD_SPAWNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Keeps copies of the variables that make the library work, and where it lies. For the constructor. */
void ws_spawning_remember(void);

/* Room that ws_spawning_environment needs, in pointers, for that environment. */
size_t ws_spawning_environment_size(char *const environment[]);
/* The environment for a program that is about to be executed: the given one, or, when this process holds connections and the
 * given one lacks the library's variables, a copy in `room` that has them. */
char *const *ws_spawning_environment(char *const environment[], char **room);

/* Before exec, in the process that becomes that program; arguments as in execveat(2), path NULL when it is not known. In a
 * child of vfork, which shares our memory: it will hold what is not close-on-exec. A connection that would become the standard
 * input or output of a program in which the library cannot work, and which would get raw frames, is closed with 1011. One that
 * would be closed by the exec, and that nobody else holds, gets its Close. As long as nothing listens, the log is told of
 * programs in which the library cannot work. */
void ws_spawning_executes(int at, const char *path, int flags);

/* posix_spawn(3) executes in libc, where nobody sees it. When this process holds connections and the library cannot work in
 * that program: a program of ours to be started instead, with arguments that begin with its own name and the program's path,
 * which executes that in turn, in the child and with the descriptors that it has by then. NULL: no need. */
const char *ws_spawning_detour(const char *path);

/* Around posix_spawn(3): what this process holds is held by the child too, until it is found not to. The end gets what the
 * beginning has returned; child 0: it failed. */
bool ws_spawning_begin(void);
void ws_spawning_end(bool locked, pid_t child);

/* A fork(2) under way, on the stack of its caller. */
struct ws_fork {
  uint32_t number; /* 0: nothing is to be done */
  bool locked;     /* the table, by this one */
  struct ws_fork *outer;
};

/* Around fork(2), in the parent and, as far as it gets there, in the child (0): as above. */
void ws_spawning_forks(struct ws_fork *fork);
void ws_spawning_forked(struct ws_fork *fork, pid_t child);
/* The handlers of pthread_atfork(3), also when libc forks by itself. The table is locked from the first on: not before, since the
 * program's own handlers may wait for a thread that closes a connection. */
void ws_spawning_before_fork(void);
void ws_spawning_after_fork_in_parent(void);
void ws_spawning_after_fork_in_child(void);

#endif
