#define _GNU_SOURCE
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A regular file takes a line whole, unless there is no room left: then what is missing is tried once more, for the sake of
 * its error. */
static bool write_all(int fd, const char *text, size_t len) {
  while (len > 0) {
    ssize_t written = write(fd, text, len);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written > 0) {
      text += written;
      len -= (size_t)written;
    }
  }
  return true;
}

int ws_recording_create(const char *path, const struct ws_recording_about *about) {
  char head[WS_RECORDING_HEAD_MAX];
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) {
    return -1;
  }
  if (!write_all(fd, head, ws_recording_head(about, head))) {
    int saved = errno;
    close(fd);
    unlink(path);
    errno = saved;
    return -1;
  }
  return fd;
}

bool ws_recording_write(int fd, enum ws_recording_direction direction, int64_t ms, const void *payload, size_t len) {
  char line[WS_RECORDING_LINE_MAX];
  const uint8_t *bytes = payload;
  while (len > 0) {
    size_t step = len < WS_RECORDING_PAYLOAD_MAX ? len : WS_RECORDING_PAYLOAD_MAX;
    if (!write_all(fd, line, ws_recording_line(direction, ms, bytes, step, line))) {
      return false;
    }
    bytes += step;
    len -= step;
  }
  return true;
}

bool ws_recording_end(int fd) {
  return write_all(fd, WS_RECORDING_END, strlen(WS_RECORDING_END));
}
