#define _GNU_SOURCE
#include "socket-timeout.h"

#include <sys/time.h>

#include "real.h"

int64_t ws_socket_timeout_ms(int fd, int option) {
  struct timeval limit = {0, 0};
  socklen_t len = sizeof limit;
  if (REAL(getsockopt)(fd, SOL_SOCKET, option, &limit, &len) != 0 || (limit.tv_sec == 0 && limit.tv_usec == 0)) {
    return -1;
  }
  return (int64_t)limit.tv_sec * 1000 + (limit.tv_usec + 999) / 1000;
}
