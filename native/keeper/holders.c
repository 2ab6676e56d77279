#define _GNU_SOURCE
#include "holders.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../state/liveness.h"
#include "../state/state.h"

static bool has_descriptor(const char *pid, int number, const struct stat *state) {
  char path[64];
  struct stat info;
  snprintf(path, sizeof path, "/proc/%.16s/fd/%d", pid, number);
  return stat(path, &info) == 0 && info.st_ino == state->st_ino && info.st_dev == state->st_dev;
}

/* proc(5): address, permissions, offset, device, inode, path. */
static bool has_mapped(const char *pid, const struct stat *state) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%.16s/maps", pid);
  FILE *maps = fopen(path, "re");
  if (maps == NULL) {
    return false;
  }
  char line[512];
  char wanted[64];
  bool found = false;
  snprintf(wanted, sizeof wanted, " %lu ", (unsigned long)state->st_ino);
  while (!found && fgets(line, sizeof line, maps) != NULL) {
    const char *name = strstr(line, "/memfd:");
    const char *inode = name != NULL ? strstr(line, wanted) : NULL;
    found = inode != NULL && inode < name;
  }
  fclose(maps);
  return found;
}

static bool may_be_looked_at(const char *pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%.16s/fd", pid);
  return access(path, R_OK | X_OK) == 0 || errno != EACCES;
}

static bool is_called(const char *pid, const char command[16]) {
  char path[64];
  char line[32] = "";
  snprintf(path, sizeof path, "/proc/%.16s/comm", pid);
  FILE *file = fopen(path, "re");
  if (file != NULL) {
    if (fgets(line, sizeof line, file) == NULL) {
      line[0] = '\0';
    }
    fclose(file);
  }
  line[strcspn(line, "\n")] = '\0';
  return strncmp(line, command, 15) == 0;
}

/* What the tree says of itself. Read, not mapped: who maps the state belongs to the tree. */
static bool has_listened(const char *pid, int state) {
  struct ws_listener listener;
  for (size_t i = 0; i < WS_STATE_LISTENERS; i++) {
    off_t at = (off_t)(offsetof(struct ws_state, listeners) + i * sizeof listener);
    if (pread(state, &listener, sizeof listener, at) != (ssize_t)sizeof listener || listener.used == 0) {
      return false;
    }
    if (listener.pid == strtol(pid, NULL, 10) && is_called(pid, listener.command)) {
      return true;
    }
  }
  return false;
}

/* When the process's first thread has ended, what all of them have is found with another one. */
static pid_t living_thread_of(const char *pid) {
  char path[64];
  pid_t first = (pid_t)strtol(pid, NULL, 10);
  pid_t living = first;
  snprintf(path, sizeof path, "/proc/%.16s/task", pid);
  DIR *threads = ws_liveness_of_thread((uint32_t)first) ? NULL : opendir(path);
  struct dirent *entry;
  while (threads != NULL && living == first && (entry = readdir(threads)) != NULL) {
    pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
    living = thread > 0 && ws_liveness_of_thread((uint32_t)thread) ? thread : first;
  }
  if (threads != NULL) {
    closedir(threads);
  }
  return living;
}

static bool holds(const char *pid, int state, int number, const struct stat *info) {
  char thread[16];
  snprintf(thread, sizeof thread, "%d", living_thread_of(pid));
  return has_descriptor(thread, number, info) || has_mapped(thread, info) ||
         (!may_be_looked_at(thread) && has_listened(pid, state));
}

bool keeper_is_holder(pid_t pid, int state, int number) {
  char name[16];
  struct stat info;
  snprintf(name, sizeof name, "%d", pid);
  return fstat(state, &info) == 0 && holds(name, state, number, &info);
}

pid_t keeper_find_holder(int state, int number, pid_t other) {
  struct stat info;
  DIR *processes = opendir("/proc");
  pid_t found = -1;
  struct dirent *entry;
  bool known = processes != NULL && fstat(state, &info) == 0;
  while (known && found < 0 && (entry = readdir(processes)) != NULL) {
    pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0 && pid != getpid() && pid != other && holds(entry->d_name, state, number, &info)) {
      found = pid;
    }
  }
  if (processes != NULL) {
    closedir(processes);
  }
  return found;
}
