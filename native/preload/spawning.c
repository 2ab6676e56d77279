#define _GNU_SOURCE
#include "spawning.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "../state/environment.h"
#include "../state/raw-syscall.h"
#include "holders.h"
#include "lifetime.h"
#include "log.h"
#include "midstream.h"
#include "program.h"
#include "real.h"
#include "table.h"

#define PRELOAD "LD_PRELOAD"
#define VARIABLES (WS_ENV_COUNT + 1)
#define VARIABLE_BYTES 4352

/* "NAME=value"; empty when it was not set. */
static char variables[VARIABLES][VARIABLE_BYTES];

/* The program that executes another one, beside the library. */
#define DETOUR "wswrap-exec"
static char detour[PATH_MAX];

static void remember(char *into, const char *name) {
  const char *value = getenv(name);
  if (value != NULL && strlen(name) + strlen(value) + 2 <= VARIABLE_BYTES) {
    stpcpy(stpcpy(stpcpy(into, name), "="), value);
  }
}

static void find_detour(void) {
  Dl_info library;
  if (dladdr(variables, &library) == 0 || strlen(library.dli_fname) + sizeof DETOUR > sizeof detour) {
    return;
  }
  strcpy(detour, library.dli_fname);
  char *name = strrchr(detour, '/');
  strcpy(name != NULL ? name + 1 : detour, DETOUR);
}

void ws_spawning_remember(void) {
  find_detour();
  for (int i = 0; i < WS_ENV_COUNT; i++) {
    remember(variables[i], ws_environment_name((enum ws_environment)i));
  }
  remember(variables[WS_ENV_COUNT], PRELOAD);
}

static size_t count_of(char *const environment[]) {
  size_t count = 0;
  while (environment != NULL && environment[count] != NULL) {
    count++;
  }
  return count;
}

size_t ws_spawning_environment_size(char *const environment[]) {
  return count_of(environment) + VARIABLES + 1;
}

static bool has(char *const environment[], const char *variable) {
  size_t name = strcspn(variable, "=") + 1;
  for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
    if (strncmp(environment[i], variable, name) == 0) {
      return true;
    }
  }
  return false;
}

static bool holds_any(void) {
  int end = ws_table_end();
  for (int fd = 0; fd < end; fd++) {
    if (ws_entry_kind(ws_table_get(fd)) == WS_KIND_CONNECTION) {
      return true;
    }
  }
  return false;
}

char *const *ws_spawning_environment(char *const environment[], char **room) {
  if (!ws_process_active() || !holds_any()) {
    return environment;
  }
  size_t count = count_of(environment);
  size_t had = count;
  for (size_t i = 0; i < count; i++) {
    room[i] = environment[i];
  }
  for (int i = 0; i < VARIABLES; i++) {
    if (variables[i][0] != '\0' && !has(environment, variables[i])) {
      room[count++] = variables[i];
    }
  }
  room[count] = NULL;
  return count > had ? room : environment;
}

static void each_connection(void (*visit)(int fd, struct ws_connection *connection, pid_t child), pid_t child) {
  int end = ws_table_end();
  for (int fd = 0; fd < end; fd++) {
    struct ws_connection *connection = ws_entry_connection(ws_table_get(fd));
    if (connection != NULL) {
      visit(fd, connection, child);
    }
  }
}

static void spawned(int fd, struct ws_connection *connection, pid_t child) {
  (void)fd;
  ws_holders_add_process(connection, child);
}

static void inherits(int fd, struct ws_connection *connection, pid_t child) {
  if (ws_table_is_true(fd, connection) && !(REAL(fcntl)(fd, F_GETFD) & FD_CLOEXEC)) {
    ws_holders_add_process(connection, child);
  }
}

/* The connection goes where the library cannot follow. */
static void give_up(int fd, struct ws_connection *connection, enum ws_obstacle obstacle) {
  char sentence[128];
  if (ws_midstream_hand_over(fd, connection)) {
    return;
  }
  snprintf(sentence, sizeof sentence, "hands a connection to %s, in which the library cannot work",
           ws_obstacle_text(obstacle));
  ws_log_warning(sentence);
  ws_lifetime_cut_off(fd, connection, 1011);
}

/* As long as nothing listens on a wrapped port, such a program may be the server that the user means. */
static void tell_of_unfit(const char *path, enum ws_obstacle obstacle) {
  char sentence[512];
  if (obstacle != WS_OBSTACLE_NONE && atomic_load(&ws_process.state->listening) == 0) {
    snprintf(sentence, sizeof sentence, "starts %s, %s, in which the library cannot work", path,
             ws_obstacle_text(obstacle));
    ws_log_warning(sentence);
  }
}

/* Judges the program if that matters. */
static enum ws_obstacle judge(int at, const char *path, int flags, bool *executable) {
  *executable = false;
  if (path == NULL || !(holds_any() || atomic_load(&ws_process.state->listening) == 0)) {
    return WS_OBSTACLE_NONE;
  }
  enum ws_obstacle obstacle = ws_program_obstacle(at, path, flags, executable);
  tell_of_unfit(path, obstacle);
  return obstacle;
}

static void give_up_standard_streams(enum ws_obstacle obstacle) {
  for (int fd = 0; fd <= 2 && obstacle != WS_OBSTACLE_NONE; fd++) {
    struct ws_connection *connection = ws_connection_of(fd);
    if (connection != NULL) {
      give_up(fd, connection, obstacle);
    }
  }
}

/* What nobody else holds, and the exec is going to close, gets its Close now. */
static void leave_behind(int fd, struct ws_connection *connection, pid_t child) {
  (void)child;
  if ((REAL(fcntl)(fd, F_GETFD) & FD_CLOEXEC) && ws_holders_alone(connection)) {
    ws_lifetime_close(fd, WS_CLOSING_CLOSE);
  }
}

void ws_spawning_executes(int at, const char *path, int flags) {
  if (!ws_process_active()) {
    return;
  }
  int saved = errno;
  bool executable;
  enum ws_obstacle obstacle = judge(at, path, flags, &executable);
  if (ws_process_has_connections()) {
    give_up_standard_streams(obstacle);
    if (ws_process_is_borrowed()) {
      each_connection(inherits, (pid_t)ws_raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0));
    } else if (executable) {
      each_connection(leave_behind, 0);
    }
  }
  errno = saved;
}

const char *ws_spawning_detour(const char *path) {
  if (!ws_process_active()) {
    return NULL;
  }
  int saved = errno;
  bool executable;
  bool needed = judge(AT_FDCWD, path, 0, &executable) != WS_OBSTACLE_NONE && detour[0] != '\0' && holds_any();
  errno = saved;
  return needed ? detour : NULL;
}

/* While the child is made no descriptor comes or goes, so that no thread can close a connection, and find that it was the last
 * to hold it, before the child is known. */
bool ws_spawning_begin(void) {
  return ws_process_active() && ws_lock_take(&ws_table_lock);
}

void ws_spawning_end(bool locked, pid_t child) {
  if (ws_process_active() && child > 0) {
    each_connection(spawned, child);
  }
  if (locked) {
    ws_lock_release(&ws_table_lock);
  }
}

/* Of the calling thread: that of a signal handler lies upon the one that it has interrupted. NULL: libc forks by itself. */
static _Thread_local struct ws_fork *innermost;
static bool locked_for_libc;

void ws_spawning_forks(struct ws_fork *fork) {
  *fork = (struct ws_fork){.outer = innermost};
  if (ws_process_active()) {
    fork->number = atomic_fetch_add(&ws_process.state->forks, 1) + 1;
    innermost = fork;
  }
}

void ws_spawning_before_fork(void) {
  bool locked = ws_lock_take(&ws_table_lock);
  if (innermost != NULL) {
    innermost->locked = locked;
  } else {
    locked_for_libc = locked;
  }
}

void ws_spawning_after_fork_in_parent(void) {
  if (innermost == NULL && locked_for_libc) {
    ws_lock_release(&ws_table_lock);
  }
}

static _Atomic uint32_t *place_of(const struct ws_fork *fork) {
  return &ws_process.state->entered[fork->number % WS_STATE_FORKS];
}

static void enter_newborn(int fd, struct ws_connection *connection, pid_t child) {
  (void)fd;
  ws_holders_add_newborn(connection, child);
}

static void drop_newborn(int fd, struct ws_connection *connection, pid_t child) {
  (void)fd;
  ws_holders_drop_newborn(connection, child);
}

/* The parent enters the child, unless that has done so itself; it may even have let go of all again by then. Of the two, whoever
 * comes later sees what the other has done, and takes back the parent's entry. */
void ws_spawning_forked(struct ws_fork *fork, pid_t child) {
  if (fork->number != 0 && child > 0) {
    each_connection(enter_newborn, child);
    if (atomic_load(place_of(fork)) == fork->number) {
      each_connection(drop_newborn, child);
    }
  }
  if (fork->locked) {
    ws_lock_release(&ws_table_lock);
  }
  innermost = fork->outer;
}

void ws_spawning_after_fork_in_child(void) {
  atomic_store(&ws_table_lock.word, 0);
  ws_holders_in_child();
  if (innermost != NULL) {
    innermost->locked = false;
    atomic_store(place_of(innermost), innermost->number);
    each_connection(drop_newborn, ws_process.pid);
  }
}
