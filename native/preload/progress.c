#define _GNU_SOURCE
#include "progress.h"

#include <linux/sockios.h>
#include <linux/tcp.h>

#include "real.h"

/* The kernel's numbers of the states that follow the client's FIN, which it counts as a byte (tcp_states.h). A connection that
 * is closed in both directions does not show whether by a FIN or a reset, and is at its end either way. */
#define CLOSE_WAIT 8
#define LAST_ACK 9
#define CLOSING 11

/* In the kernel's count; false when it does not tell. */
struct count {
  uint32_t taken; /* bytes that the client has taken */
  uint32_t sent;  /* with those that are on their way */
  uint32_t read;  /* bytes of the client's that are not in the kernel any more */
};

static bool count(int fd, struct count *count) {
  struct tcp_info info = {0};
  socklen_t len = sizeof info;
  int queued = 0;
  int unread = 0;
  /* In this order: what comes in between passes for read, not the other way round. */
  if (REAL(ioctl)(fd, FIONREAD, &unread) != 0 || REAL(getsockopt)(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
      REAL(ioctl)(fd, SIOCOUTQ, &queued) != 0) {
    return false;
  }
  bool has_fin = info.tcpi_state == CLOSE_WAIT || info.tcpi_state == LAST_ACK || info.tcpi_state == CLOSING;
  count->taken = (uint32_t)info.tcpi_bytes_acked;
  count->sent = count->taken + (uint32_t)queued;
  count->read = (uint32_t)info.tcpi_bytes_received - (uint32_t)unread - has_fin;
  return true;
}

static bool has_unread(int fd) {
  int unread = 0;
  return REAL(ioctl)(fd, FIONREAD, &unread) == 0 && unread > 0;
}

bool ws_progress_is_arriving(int fd, struct ws_connection *connection, const struct ws_progress *progress) {
  struct count now;
  uint32_t noted = atomic_load(&connection->noted);
  return has_unread(fd) || (count(fd, &now) && now.read != noted && now.read != atomic_load(&progress->read));
}

struct ws_progress_made ws_progress_note(int fd, struct ws_progress *progress) {
  struct count now;
  if (!count(fd, &now)) {
    return (struct ws_progress_made){false, false, false};
  }
  bool was_behind = atomic_exchange(&progress->behind, now.sent != now.taken);
  bool taken = atomic_exchange(&progress->taken, now.taken) != now.taken;
  bool sent = atomic_exchange(&progress->sent, now.sent) != now.sent;
  atomic_store(&progress->read, now.read);
  return (struct ws_progress_made){was_behind && taken, !was_behind && now.sent != now.taken, sent};
}
