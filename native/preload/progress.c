#define _GNU_SOURCE
#include "progress.h"

#include <linux/sockios.h>
#include <linux/tcp.h>

#include "real.h"

bool ws_progress_has_unread(int fd) {
  int unread = 0;
  return REAL(ioctl)(fd, FIONREAD, &unread) == 0 && unread > 0;
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
  atomic_store(&progress->behind, queued > 0);
  return was_behind && (uint32_t)info.tcpi_bytes_acked != before;
}
