#define _GNU_SOURCE
#include "progress.h"

#include <linux/sockios.h>
#include <linux/tcp.h>

#include "real.h"

/* In the kernel's count; false when it does not tell. */
struct count {
  uint32_t taken;   /* bytes that the client has taken */
  uint32_t sent;    /* with those that are on their way */
  uint32_t unnoted; /* bytes of the client's that were read, but not noted */
};

static bool count(int fd, struct ws_connection *connection, struct count *count) {
  struct tcp_info info = {0};
  socklen_t len = sizeof info;
  int queued = 0;
  int unread = 0;
  /* In this order: what comes in between passes for unnoted, and nothing unnoted is missed. */
  uint32_t noted = atomic_load(&connection->noted);
  if (REAL(ioctl)(fd, FIONREAD, &unread) != 0 || REAL(getsockopt)(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
      REAL(ioctl)(fd, SIOCOUTQ, &queued) != 0) {
    return false;
  }
  count->taken = (uint32_t)info.tcpi_bytes_acked;
  count->sent = count->taken + (uint32_t)queued;
  count->unnoted = (uint32_t)info.tcpi_bytes_received - (uint32_t)unread - noted;
  return true;
}

static bool has_unread(int fd) {
  int unread = 0;
  return REAL(ioctl)(fd, FIONREAD, &unread) == 0 && unread > 0;
}

bool ws_progress_is_arriving(int fd, struct ws_connection *connection, const struct ws_progress *progress) {
  struct count now;
  return has_unread(fd) ||
         (count(fd, connection, &now) && now.unnoted != 0 && now.unnoted != atomic_load(&progress->unnoted));
}

struct ws_progress_made ws_progress_note(int fd, struct ws_connection *connection, struct ws_progress *progress) {
  struct count now;
  if (!count(fd, connection, &now)) {
    return (struct ws_progress_made){false, false, false};
  }
  bool was_behind = atomic_exchange(&progress->behind, now.sent != now.taken);
  bool taken = atomic_exchange(&progress->taken, now.taken) != now.taken;
  bool sent = atomic_exchange(&progress->sent, now.sent) != now.sent;
  atomic_store(&progress->unnoted, now.unnoted);
  return (struct ws_progress_made){was_behind && taken, !was_behind && now.sent != now.taken, sent};
}
