#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>

#include "descriptors.h"
#include "hooks.h"
#include "reading.h"

WS_EXPORT int close(int fd) {
  return ws_descriptors_close(fd);
}

WS_EXPORT int close_range(unsigned first, unsigned last, int flags) {
  return ws_descriptors_close_range(first, last, flags);
}

WS_EXPORT int dup(int fd) {
  return ws_descriptors_copied(fd, REAL(dup)(fd));
}

WS_EXPORT int dup2(int fd, int onto) {
  return ws_descriptors_dup_onto(fd, onto, 0, true);
}

WS_EXPORT int dup3(int fd, int onto, int flags) {
  return ws_descriptors_dup_onto(fd, onto, flags, false);
}

static int control(int fd, int command, void *argument) {
  if (command == F_SETFL && ((int)(intptr_t)argument & O_ASYNC)) {
    ws_reading_be_exact(fd);
  }
  int result = REAL(fcntl)(fd, command, argument);
  if (result >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC)) {
    return ws_descriptors_copied(fd, result);
  }
  if (result >= 0 && command == F_SETFL) {
    ws_descriptors_set_nonblocking(fd, ((int)(intptr_t)argument & O_NONBLOCK) != 0);
  }
  return result;
}

/* The third argument is passed through whatever its type: it is one register wide in every command. */
WS_EXPORT int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return control(fd, command, argument);
}

WS_EXPORT int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return control(fd, command, argument);
}

WS_EXPORT int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  struct ws_connection *connection = request == FIONREAD ? ws_connection_of(fd) : NULL;
  if (connection != NULL) {
    *(int *)argument = ws_reading_available(fd, connection);
    return 0;
  }
  if (request == FIOASYNC) {
    ws_reading_be_exact(fd);
  }
  int result = REAL(ioctl)(fd, request, argument);
  if (result == 0 && request == FIONBIO) {
    ws_descriptors_set_nonblocking(fd, *(int *)argument != 0);
  }
  return result;
}

int __close(int fd);
WS_EXPORT int __close(int fd) {
  return close(fd);
}

int __dup2(int fd, int onto);
WS_EXPORT int __dup2(int fd, int onto) {
  return dup2(fd, onto);
}

int __fcntl(int fd, int command, ...);
WS_EXPORT int __fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return control(fd, command, argument);
}
