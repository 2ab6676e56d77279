#define _GNU_SOURCE
#include "pin.h"

#include <sys/single_threaded.h>
#include <sys/syscall.h>

#include "../state/environment.h"
#include "../state/raw-syscall.h"
#include "real.h"
#include "table.h"

/* One at a time: a signal handler that writes to another connection meanwhile goes without. */
/* Weak as in process.c; where it is not there, nobody comes here. */
#pragma weak __libc_single_threaded

static _Thread_local struct {
  const struct ws_connection *connection; /* NULL: none */
  int fd;
} pinned __attribute__((tls_model("initial-exec")));

int ws_pin_held(const struct ws_connection *connection) {
  return pinned.connection == connection ? pinned.fd : -1;
}

int ws_pin_begin(int fd, struct ws_connection *connection) {
  if (pinned.connection != NULL || __libc_single_threaded || ws_process.sandboxed) {
    return ws_table_still(fd, connection) ? fd : -1;
  }
  int copy = (int)ws_raw_syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, WS_FD_FLOOR, 0, 0, 0);
  if (copy < 0) {
    return ws_table_still(fd, connection) ? fd : -1;
  }
  pinned.fd = copy;
  pinned.connection = connection;
  if (ws_table_is_true(copy, connection)) {
    return copy;
  }
  ws_pin_end(connection);
  return -1;
}

void ws_pin_end(const struct ws_connection *connection) {
  if (pinned.connection == connection) {
    pinned.connection = NULL;
    ws_raw_syscall(SYS_close, pinned.fd, 0, 0, 0, 0, 0);
  }
}
