#define _GNU_SOURCE
#include "lowat.h"

#include <errno.h>

#include "real.h"
#include "table.h"

static uint32_t kernels_value(int fd) {
  int value = 1;
  socklen_t len = sizeof value;
  return REAL(getsockopt)(fd, SOL_SOCKET, SO_RCVLOWAT, &value, &len) == 0 ? (uint32_t)value : 1;
}

bool ws_lowat_wake_at(int fd, uint32_t bytes) {
  int value = (int)bytes;
  REAL(setsockopt)(fd, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof value);
  return kernels_value(fd) >= bytes;
}

bool ws_lowat_raise(int fd, struct ws_connection *connection, uint32_t looked_at) {
  atomic_store(&connection->peeked, looked_at);
  return ws_lowat_wake_at(fd, looked_at + 1);
}

void ws_lowat_lower_now(int fd, struct ws_connection *connection) {
  if (!ws_process.sandboxed) {
    int saved = errno;
    atomic_store(&connection->peeked, 0);
    ws_lowat_wake_at(fd, 1);
    errno = saved;
  }
}

/* Without waiting for whoever reads: he may raise or lower the kernel's value at the same time. */
static void settle(int fd, struct ws_connection *connection) {
  uint32_t peeked;
  if (atomic_load(&connection->phase) == WS_PHASE_OPEN) {
    atomic_store(&connection->peeked, 0);
  }
  do {
    peeked = atomic_load(&connection->peeked);
    ws_lowat_wake_at(fd, peeked + 1);
  } while (atomic_load(&connection->peeked) != peeked);
}

void ws_lowat_changed(int fd) {
  if (!ws_process_active() || ws_process.sandboxed) {
    return;
  }
  int saved = errno;
  struct ws_connection *connection = ws_connection_of(fd);
  atomic_store(&ws_process.state->lowat_set, true);
  if (connection != NULL) {
    /* Capped by the kernel, which has made its buffer large enough for it. */
    atomic_store(&connection->lowat, kernels_value(fd));
    settle(fd, connection);
  }
  errno = saved;
}

void ws_lowat_inherit(int fd, struct ws_connection *connection) {
  if (atomic_load(&ws_process.state->lowat_set)) {
    atomic_store(&connection->lowat, kernels_value(fd));
    ws_lowat_wake_at(fd, 1);
  }
}

void ws_lowat_give_back(int fd, const struct ws_connection *connection) {
  if (ws_lowat_of(connection) > 1) {
    ws_lowat_wake_at(fd, ws_lowat_of(connection));
  }
}
