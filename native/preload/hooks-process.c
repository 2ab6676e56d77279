#define _GNU_SOURCE
#include <alloca.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "descriptors.h"
#include "hooks.h"
#include "program.h"
#include "spawning.h"

/* On the stack: after vfork nothing else may be used, and exec may be called from a signal handler. */
#define WITH_LIBRARY(environment) \
  ws_spawning_environment(environment, alloca(ws_spawning_environment_size(environment) * sizeof(char *)))

WS_EXPORT int execve(const char *path, char *const arguments[], char *const environment[]) {
  ws_spawning_executes(AT_FDCWD, path, 0);
  return REAL(execve)(path, arguments, WITH_LIBRARY(environment));
}

WS_EXPORT int execv(const char *path, char *const arguments[]) {
  return execve(path, arguments, environ);
}

WS_EXPORT int execvpe(const char *file, char *const arguments[], char *const environment[]) {
  char path[PATH_MAX];
  ws_spawning_executes(AT_FDCWD, ws_program_find(file, path, sizeof path) ? path : NULL, 0);
  return REAL(execvpe)(file, arguments, WITH_LIBRARY(environment));
}

WS_EXPORT int execvp(const char *file, char *const arguments[]) {
  return execvpe(file, arguments, environ);
}

WS_EXPORT int fexecve(int fd, char *const arguments[], char *const environment[]) {
  ws_spawning_executes(fd, "", AT_EMPTY_PATH);
  return REAL(fexecve)(fd, arguments, WITH_LIBRARY(environment));
}

WS_EXPORT int execveat(int at, const char *path, char *const arguments[], char *const environment[], int flags) {
  ws_spawning_executes(at, path, flags);
  return REAL(execveat)(at, path, arguments, WITH_LIBRARY(environment), flags);
}

/* How many arguments there are, the terminating NULL included. */
static size_t count_arguments(va_list list) {
  va_list copy;
  va_copy(copy, list);
  size_t count = 2;
  while (va_arg(copy, char *) != NULL) {
    count++;
  }
  va_end(copy);
  return count;
}

static void collect(char **arguments, const char *first, va_list list) {
  size_t at = 0;
  arguments[at++] = (char *)(uintptr_t)first;
  do {
    arguments[at] = va_arg(list, char *);
  } while (arguments[at++] != NULL);
}

WS_EXPORT int execl(const char *path, const char *first, ...) {
  va_list list;
  va_start(list, first);
  char **arguments = alloca(count_arguments(list) * sizeof *arguments);
  collect(arguments, first, list);
  va_end(list);
  return execve(path, arguments, environ);
}

WS_EXPORT int execlp(const char *file, const char *first, ...) {
  va_list list;
  va_start(list, first);
  char **arguments = alloca(count_arguments(list) * sizeof *arguments);
  collect(arguments, first, list);
  va_end(list);
  return execvpe(file, arguments, environ);
}

WS_EXPORT int execle(const char *path, const char *first, ...) {
  va_list list;
  va_start(list, first);
  char **arguments = alloca(count_arguments(list) * sizeof *arguments);
  collect(arguments, first, list);
  char *const *environment = va_arg(list, char *const *);
  va_end(list);
  return execve(path, arguments, environment);
}

/* In the child the handlers of pthread_atfork have put things in order. */
WS_EXPORT pid_t fork(void) {
  struct ws_fork own;
  ws_spawning_forks(&own);
  pid_t child = REAL(fork)();
  int saved = errno;
  ws_spawning_forked(&own, child);
  errno = saved;
  return child;
}

pid_t __fork(void);
WS_EXPORT pid_t __fork(void) {
  return fork();
}

typedef __typeof__(&posix_spawn) spawn_function;

static int spawn(spawn_function real, pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  pid_t made = 0;
  bool locked = ws_spawning_begin();
  int error = real(&made, path, actions, attributes, arguments, WITH_LIBRARY(environment));
  ws_spawning_end(locked, error == 0 ? made : 0);
  if (error == 0 && child != NULL) {
    *child = made;
  }
  return error;
}

/* By way of a program of ours: its name, the path, and the arguments. */
static int spawn_by(const char *detour, pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  size_t count = 0;
  while (arguments[count] != NULL) {
    count++;
  }
  char **longer = alloca((count + 3) * sizeof *longer);
  longer[0] = (char *)(uintptr_t)detour;
  longer[1] = (char *)(uintptr_t)path;
  memcpy(longer + 2, arguments, (count + 1) * sizeof *longer);
  return spawn(REAL(posix_spawn), child, detour, actions, attributes, longer, environment);
}

WS_EXPORT int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  const char *detour = ws_spawning_detour(path);
  return detour != NULL ? spawn_by(detour, child, path, actions, attributes, arguments, environment)
                        : spawn(REAL(posix_spawn), child, path, actions, attributes, arguments, environment);
}

WS_EXPORT int posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions,
                           const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  char path[PATH_MAX];
  const char *detour = ws_program_find(file, path, sizeof path) ? ws_spawning_detour(path) : NULL;
  return detour != NULL ? spawn_by(detour, child, path, actions, attributes, arguments, environment)
                        : spawn(REAL(posix_spawnp), child, file, actions, attributes, arguments, environment);
}

WS_EXPORT int prctl(int option, ...) {
  va_list list;
  va_start(list, option);
  unsigned long a = va_arg(list, unsigned long);
  unsigned long b = va_arg(list, unsigned long);
  unsigned long c = va_arg(list, unsigned long);
  unsigned long d = va_arg(list, unsigned long);
  va_end(list);
  if (option == PR_SET_SECCOMP) {
    ws_process_enters_sandbox();
  }
  return REAL(prctl)(option, a, b, c, d);
}

WS_EXPORT void closefrom(int first) {
  ws_descriptors_close_from(first);
}

WS_EXPORT void _exit(int status) {
  ws_process_leave();
  REAL(_exit)(status);
  __builtin_unreachable();
}

WS_EXPORT void _Exit(int status) {
  _exit(status);
}
