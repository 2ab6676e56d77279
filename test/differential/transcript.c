#include "transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNTOUCHED 4711

static char text[1 << 20];
static size_t text_len;
static int file = -1;
volatile int broken_pipes;

void transcript_begin(const char *path) {
  file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) {
    perror(path);
    exit(1);
  }
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(text + text_len, sizeof text - text_len, format, arguments);
  va_end(arguments);
  if (len > 0) text_len += (size_t)len;
  if (text_len >= sizeof text) abort();
}

void transcript_flush(void) {
  if (write(file, text, text_len) != (ssize_t)text_len) abort();
  text_len = 0;
}

void transcript_hang(void) {
  static const char line[] = " … and then it hangs\n";
  if (write(file, text, text_len) >= 0 && write(file, line, sizeof line - 1) >= 0) kill(getpid(), SIGKILL);
  abort();
}

void watch_call(void) {
  broken_pipes = 0;
  errno = UNTOUCHED;
}

ssize_t say_result(ssize_t result) {
  int error = errno;
  if (result < 0) {
    say(" = %zd %s", result, strerrorname_np(error));
  } else {
    say(" = %zd", result);
    if (error != UNTOUCHED) say(" (errno has become %s)", strerrorname_np(error));
  }
  if (broken_pipes) say(" SIGPIPE");
  say("\n");
  errno = error;
  return result;
}
