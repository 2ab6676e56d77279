#define _GNU_SOURCE
#include "recorder-link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "../state/notice.h"
#include "../state/raw-syscall.h"
#include "log.h"
#include "table.h"

/* A disk that takes longer than this to make room loses the recording, not the program. */
#define PATIENCE_MS 3000

static struct ws_notice notice_of(const struct ws_connection *connection, enum ws_notice_kind kind) {
  return (struct ws_notice){.kind = (uint8_t)kind,
                            .slot = ws_connection_slot(connection),
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
static long hand_in(const struct msghdr *message) {
  int fd = ws_process.config.recorder_fd;
  if (ws_process.sandboxed) {
    return ws_raw_syscall(SYS_writev, fd, (long)message->msg_iov, (long)message->msg_iovlen, 0, 0, 0);
  }
  return is_the_recorder(fd) ? ws_raw_syscall(SYS_sendmsg, fd, (long)message, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0)
                             : -EBADF;
}

/* False when the recorder will not have done its part in time. Once that has been so, nobody in the tree waits again. */
static bool wait_for_recorder(int fd, short events, int64_t until_ms) {
  struct pollfd watched = {.fd = fd, .events = events};
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
  long result = ws_raw_syscall(SYS_ppoll, (long)&watched, 1, (long)&time, 0, 0, 0);
  return result >= 0 || result == -EINTR;
}

/* False when the recorder did not get it. */
static bool tell_message(const struct msghdr *message) {
  int64_t until_ms = 0;
  for (;;) {
    long sent = hand_in(message);
    if (sent >= 0) {
      return true;
    }
    if (sent != -EAGAIN && sent != -ENOBUFS && sent != -ENOMEM && sent != -EINTR) {
      ws_process.config.recorder_fd = -1;
      ws_log_warning("the recorder is gone; this process records nothing from now on");
      return false;
    }
    until_ms = until_ms == 0 ? ws_now_ms() + PATIENCE_MS : until_ms;
    if (sent != -EINTR && !wait_for_recorder(ws_process.config.recorder_fd, POLLOUT, until_ms)) {
      return false;
    }
  }
}

static bool tell(const struct iovec *part, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)part, .msg_iovlen = count};
  return tell_message(&message);
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

static bool ask_for_file(const struct ws_connection *connection, int answer_to) {
  struct ws_notice notice = notice_of(connection, WS_NOTICE_ASKED_FOR);
  struct iovec part = {&notice, sizeof notice};
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &answer_to, sizeof answer_to);
  return tell_message(&message);
}

/* The recorder's answer, which comes behind all that it was told before; when it gives none, the other end is closed. */
static int await_file(int link) {
  int64_t until_ms = ws_now_ms() + PATIENCE_MS;
  char byte;
  struct iovec part = {&byte, 1};
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  long len;
  while ((len = ws_raw_syscall(SYS_recvmsg, link, (long)&message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 0, 0, 0)) ==
         -EAGAIN) {
    if (!wait_for_recorder(link, POLLIN, until_ms)) {
      return -1;
    }
  }
  const struct cmsghdr *rights = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  int file = -1;
  if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
    memcpy(&file, CMSG_DATA(rights), sizeof file);
  }
  return file;
}

int ws_recorder_link_file(struct ws_connection *connection) {
  int link[2] = {-1, -1};
  if (ws_process.config.recorder_fd < 0 || ws_process.sandboxed || atomic_load(&connection->unrecorded) ||
      ws_raw_syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, (long)link, 0, 0) != 0) {
    return -1;
  }
  bool asked = ask_for_file(connection, link[1]);
  ws_raw_syscall(SYS_close, link[1], 0, 0, 0, 0, 0);
  int file = asked ? await_file(link[0]) : -1;
  ws_raw_syscall(SYS_close, link[0], 0, 0, 0, 0, 0);
  return file;
}

void ws_recorder_link_handed_over(const struct ws_connection *connection, bool with_file) {
  if (ws_process.config.recorder_fd >= 0) {
    struct ws_notice notice = notice_of(connection, with_file ? WS_NOTICE_HANDED_OVER : WS_NOTICE_CLOSED);
    notice.broken = !with_file;
    tell(&(struct iovec){&notice, sizeof notice}, 1);
  }
}
