#define _GNU_SOURCE
#include "recorder-link.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "../state/notice.h"
#include "../state/raw-syscall.h"
#include "log.h"

/* A disk that takes longer than this to make room loses the recording, not the program. */
#define PATIENCE_MS 3000

static struct ws_notice notice_of(const struct ws_connection *connection, enum ws_notice_kind kind) {
  return (struct ws_notice){.kind = (uint8_t)kind,
                            .slot = (uint32_t)(connection - ws_process.state->connections),
                            .generation = atomic_load(&connection->generation)};
}

/* The program may have closed the descriptor past libc, and something else have got its number. */
static bool is_the_recorder(int fd) {
  uint64_t cookie = 0;
  socklen_t len = sizeof cookie;
  return ws_raw_syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, (long)&cookie, (long)&len, 0) == 0 &&
         cookie == ws_process.config.recorder_cookie;
}

/* In a sandbox nothing but write(2) is sure to be allowed, and that waits by itself. */
static long hand_in(const struct iovec *part, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)part, .msg_iovlen = count};
  int fd = ws_process.config.recorder_fd;
  if (ws_process.sandboxed) {
    return ws_raw_syscall(SYS_writev, fd, (long)part, (long)count, 0, 0, 0);
  }
  return is_the_recorder(fd) ? ws_raw_syscall(SYS_sendmsg, fd, (long)&message, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0)
                             : -EBADF;
}

/* False when there will be none in time. Once that has been so, nobody in the tree waits again. */
static bool wait_for_room(int64_t until_ms) {
  struct pollfd writable = {.fd = ws_process.config.recorder_fd, .events = POLLOUT};
  int64_t left = until_ms - ws_now_ms();
  if (atomic_load(&ws_process.state->recorder_slow)) {
    return false;
  }
  if (left <= 0) {
    if (!atomic_exchange(&ws_process.state->recorder_slow, true)) {
      ws_log_warning("the disk is too slow for the recordings: from now on they break off when there is no room");
    }
    return false;
  }
  struct timespec time = {left / 1000, left % 1000 * 1000000};
  return ws_raw_syscall(SYS_ppoll, (long)&writable, 1, (long)&time, 0, 0, 0) >= 0;
}

/* False when the recorder did not get it. */
static bool tell(const struct iovec *part, size_t count) {
  int64_t until_ms = 0;
  for (;;) {
    long sent = hand_in(part, count);
    if (sent >= 0) {
      return true;
    }
    if (sent != -EAGAIN && sent != -ENOBUFS && sent != -ENOMEM && sent != -EINTR) {
      ws_process.config.recorder_fd = -1;
      ws_log_warning("the recorder is gone; this process records nothing from now on");
      return false;
    }
    until_ms = until_ms == 0 ? ws_now_ms() + PATIENCE_MS : until_ms;
    if (sent != -EINTR && !wait_for_room(until_ms)) {
      return false;
    }
  }
}

void ws_recorder_link_opened(struct ws_connection *connection, const struct ws_handshake *handshake) {
  if (ws_process.config.recorder_fd >= 0) {
    struct ws_notice notice = notice_of(connection, WS_NOTICE_OPENED);
    notice.dialect = (uint8_t)handshake->dialect;
    struct ws_span subprotocol = handshake->subprotocol;
    struct iovec part[] = {{&notice, sizeof notice}, {(void *)(uintptr_t)subprotocol.data, subprotocol.len}};
    atomic_store(&connection->unrecorded, !tell(part, 2));
  }
}

static void tell_piece(struct ws_connection *connection, struct ws_notice *notice, uint8_t *bytes, size_t len) {
  struct iovec part[] = {{notice, sizeof *notice}, {bytes, len}};
  /* What follows a gap would be read as if there were none. */
  if (!atomic_load(&connection->unrecorded) && !tell(part, 2)) {
    atomic_store(&connection->unrecorded, true);
  }
}

void ws_recorder_link_tell(struct ws_connection *connection, enum ws_recording_direction direction,
                           const struct iovec *iov, size_t len) {
  struct ws_notice notice = notice_of(connection, WS_NOTICE_BYTES);
  notice.direction = (uint8_t)direction;
  notice.ms = ws_now_ms() - atomic_load(&connection->accepted_ms);
  for (; len > 0; iov++) {
    size_t part = iov->iov_len < len ? iov->iov_len : len;
    for (size_t at = 0; at < part; at += WS_NOTICE_BYTES_MAX) {
      size_t piece = part - at < WS_NOTICE_BYTES_MAX ? part - at : WS_NOTICE_BYTES_MAX;
      tell_piece(connection, &notice, (uint8_t *)iov->iov_base + at, piece);
    }
    len -= part;
  }
}

void ws_recorder_link_closed(const struct ws_connection *connection) {
  if (ws_process.config.recorder_fd >= 0) {
    struct ws_notice notice = notice_of(connection, WS_NOTICE_CLOSED);
    notice.broken = atomic_load(&connection->unrecorded);
    tell(&(struct iovec){&notice, sizeof notice}, 1);
  }
}
