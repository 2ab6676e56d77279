#define _GNU_SOURCE
#include "progress.h"

#include <linux/sockios.h>
#include <linux/tcp.h>

#include "real.h"

static bool has_unread(int fd) {
  int unread = 0;
  return REAL(ioctl)(fd, FIONREAD, &unread) == 0 && unread > 0;
}

/* In this order: what was read before the first question is noted, or its reader is still there at the second. */
bool ws_progress_is_arriving(int fd, struct ws_connection *connection) {
  return has_unread(fd) || (!atomic_load(&connection->reader_waits) && ws_lock_held(&connection->read_lock));
}

enum ws_progress_writing ws_progress_of_writing(struct ws_connection *connection) {
  if (!ws_lock_held(&connection->write_lock)) {
    return WS_WRITING_NOT;
  }
  return atomic_load(&connection->writer_waits) ? WS_WRITING_OR_WAITING : WS_WRITING_NOW;
}

bool ws_progress_note(int fd, struct ws_progress *progress) {
  struct tcp_info info = {0};
  socklen_t len = sizeof info;
  int queued = 0;
  bool was_behind = atomic_load(&progress->behind);
  uint32_t before = atomic_load(&progress->taken);
  if (REAL(getsockopt)(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 || REAL(ioctl)(fd, SIOCOUTQ, &queued) != 0) {
    return false;
  }
  atomic_store(&progress->taken, (uint32_t)info.tcpi_bytes_acked);
  atomic_store(&progress->sent, (uint32_t)info.tcpi_bytes_acked + (uint32_t)queued);
  atomic_store(&progress->behind, queued > 0);
  return was_behind && (uint32_t)info.tcpi_bytes_acked != before;
}
