#define _GNU_SOURCE
#include "holders.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

pid_t keeper_find_holder(int state, int number, pid_t other) {
  struct stat info;
  DIR *processes = opendir("/proc");
  pid_t found = -1;
  if (processes == NULL || fstat(state, &info) != 0) {
    return -1;
  }
  struct dirent *entry;
  while (found < 0 && (entry = readdir(processes)) != NULL) {
    pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0 && pid != getpid() && pid != other &&
        (has_descriptor(entry->d_name, number, &info) || has_mapped(entry->d_name, &info))) {
      found = pid;
    }
  }
  closedir(processes);
  return found;
}
