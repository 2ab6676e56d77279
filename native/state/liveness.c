#define _GNU_SOURCE
#include "liveness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "raw-syscall.h"

/* From /proc/ID/stat (proc(5)). */
struct status {
  char state; /* 0 when that cannot be read */
  long threads;
};

#define FIELD_STATE 3
#define FIELD_THREADS 20

static const char *skip_fields(const char *text, int fields) {
  for (; fields > 0 && text != NULL; fields--) {
    text = strchr(text, ' ');
    text = text != NULL ? text + 1 : NULL;
  }
  return text;
}

/* Behind the command's name, where parentheses are part of any name that has them. */
static struct status parse(const char *text, size_t len) {
  struct status status = {0};
  const char *end = memrchr(text, ')', len);
  if (end != NULL && end + 2 < text + len) {
    const char *threads = skip_fields(end + 2, FIELD_THREADS - FIELD_STATE);
    status.state = end[2];
    status.threads = threads != NULL ? strtol(threads, NULL, 10) : 0;
  }
  return status;
}

static struct status status_of(uint32_t id) {
  char path[32];
  char text[512];
  ssize_t len = 0;
  snprintf(path, sizeof path, "/proc/%" PRIu32 "/stat", id);
  int fd = (int)ws_raw_syscall(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd >= 0) {
    len = ws_raw_syscall(SYS_read, fd, (long)text, (long)sizeof text - 1, 0, 0, 0);
    ws_raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
  }
  text[len > 0 ? len : 0] = '\0';
  return parse(text, strlen(text));
}

static bool is_ended(char state) {
  return state == 'Z' || state == 'X';
}

bool ws_liveness_of_thread(uint32_t tid) {
  return ws_raw_syscall(SYS_tkill, (long)tid, 0, 0, 0, 0, 0) != -ESRCH && !is_ended(status_of(tid).state);
}

bool ws_liveness_of_process(uint32_t pid) {
  struct status status;
  if (ws_raw_syscall(SYS_kill, (long)pid, 0, 0, 0, 0, 0) == -ESRCH) {
    return false;
  }
  status = status_of(pid);
  return !is_ended(status.state) || status.threads > 1;
}
