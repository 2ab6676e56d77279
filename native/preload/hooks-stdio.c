/* dprintf(3) and fdopen(3): libc's own streams and formatted output reach the kernel past every hook, so on a connection they
 * are made of calls of ours. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "hooks.h"
#include "streams.h"

int __dprintf_chk(int fd, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));

WS_EXPORT int vdprintf(int fd, const char *restrict format, va_list arguments) {
  return ws_connection_of(fd) != NULL ? ws_streams_vdprintf(fd, format, arguments)
                                      : REAL(vdprintf)(fd, format, arguments);
}

WS_EXPORT int dprintf(int fd, const char *restrict format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vdprintf(fd, format, arguments);
  va_end(arguments);
  return result;
}

WS_EXPORT int __vdprintf_chk(int fd, int flag, const char *format, va_list arguments) {
  return ws_connection_of(fd) != NULL ? ws_streams_vdprintf(fd, format, arguments)
                                      : REAL(__vdprintf_chk)(fd, flag, format, arguments);
}

WS_EXPORT int __dprintf_chk(int fd, int flag, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = __vdprintf_chk(fd, flag, format, arguments);
  va_end(arguments);
  return result;
}

WS_EXPORT FILE *fdopen(int fd, const char *mode) {
  return ws_connection_of(fd) != NULL ? ws_streams_open(fd, mode) : REAL(fdopen)(fd, mode);
}

WS_EXPORT int fileno(FILE *stream) {
  int fd = ws_streams_descriptor(stream);
  return fd >= 0 ? fd : REAL(fileno)(stream);
}

WS_EXPORT int fileno_unlocked(FILE *stream) {
  return fileno(stream);
}
