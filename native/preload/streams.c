#define _GNU_SOURCE
#include "streams.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "../state/lock.h"
#include "hooks.h"

/* What fileno(3) needs to know. A stream has one more owner than its descriptor: this list, until it is closed. */
struct stream {
  struct stream *next;
  FILE *file;
  int fd;
};

static struct ws_lock lock;
static bool locked_for_fork;
static struct stream *_Atomic first;

static ssize_t read_stream(void *cookie, char *buffer, size_t len) {
  return read(((struct stream *)cookie)->fd, buffer, len);
}

static ssize_t write_stream(void *cookie, const char *buffer, size_t len) {
  size_t written = 0;
  while (written < len) {
    ssize_t step = write(((struct stream *)cookie)->fd, buffer + written, len - written);
    if (step < 0) {
      break;
    }
    written += (size_t)step;
  }
  /* fopencookie(3): 0 is how a write function tells of an error. */
  return (ssize_t)written;
}

static void unlink_stream(struct stream *stream) {
  bool owned = ws_lock_take(&lock);
  struct stream *before = first;
  if (before == stream) {
    first = stream->next;
  }
  while (before != NULL && before->next != stream) {
    before = before->next;
  }
  if (before != NULL) {
    before->next = stream->next;
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

static int close_stream(void *cookie) {
  struct stream *stream = cookie;
  int fd = stream->fd;
  unlink_stream(stream);
  free(stream);
  return close(fd);
}

FILE *ws_streams_open(int fd, const char *mode) {
  static const cookie_io_functions_t functions = {.read = read_stream, .write = write_stream, .close = close_stream};
  struct stream *stream = malloc(sizeof *stream);
  if (stream == NULL) {
    return NULL;
  }
  stream->fd = fd;
  stream->file = fopencookie(stream, mode, functions);
  if (stream->file == NULL) {
    int saved = errno;
    free(stream);
    errno = saved;
    return NULL;
  }
  FILE *file = stream->file;
  bool owned = ws_lock_take(&lock);
  stream->next = first;
  first = stream;
  if (owned) {
    ws_lock_release(&lock);
  }
  return file;
}

/* Flushing calls back into this file, so the list is not locked meanwhile; this is for the end of the process. */
void ws_streams_flush(void) {
  for (struct stream *stream = first; stream != NULL; stream = stream->next) {
    fflush(stream->file);
  }
}

int ws_streams_descriptor(FILE *file) {
  if (first == NULL) {
    return -1;
  }
  bool owned = ws_lock_take(&lock);
  struct stream *stream = first;
  while (stream != NULL && stream->file != file) {
    stream = stream->next;
  }
  int fd = stream != NULL ? stream->fd : -1;
  if (owned) {
    ws_lock_release(&lock);
  }
  return fd;
}

static void replace(FILE **standard, int fd, const char *mode, int buffering) {
  FILE *file = ws_connection_of(fd) != NULL ? ws_streams_open(fd, mode) : NULL;
  if (file != NULL) {
    setvbuf(file, NULL, buffering, BUFSIZ);
    *standard = file;
  }
}

/* The GNU C library's manual, "Standard Streams": stdin, stdout and stderr are variables that can be set. */
void ws_streams_after_exec(void) {
  if (ws_process_has_connections()) {
    replace(&stdin, 0, "r", _IOFBF);
    replace(&stdout, 1, "w", _IOFBF);
    replace(&stderr, 2, "w", _IONBF);
  }
}

int ws_streams_vdprintf(int fd, const char *format, va_list arguments) {
  char *text = NULL;
  int len = vasprintf(&text, format, arguments);
  int written = 0;
  while (len > 0 && written < len) {
    ssize_t step = write(fd, text + written, (size_t)(len - written));
    if (step < 0) {
      len = -1;
    } else {
      written += (int)step;
    }
  }
  free(text);
  return len;
}

void ws_streams_before_fork(void) {
  locked_for_fork = ws_lock_take(&lock);
}

void ws_streams_after_fork(void) {
  if (locked_for_fork) {
    ws_lock_release(&lock);
  }
}
