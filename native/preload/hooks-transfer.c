#define _GNU_SOURCE
#include <errno.h>
#include <sys/sendfile.h>

#include "hooks.h"
#include "reading.h"
#include "transfer.h"
#include "writing.h"

WS_EXPORT ssize_t sendfile(int to, int from, off_t *offset, size_t len) {
  struct ws_connection *connection = ws_connection_of(to);
  return connection ? ws_transfer_file(to, connection, from, offset, len) : REAL(sendfile)(to, from, offset, len);
}

/* Our targets have 64-bit offsets only. */
WS_EXPORT ssize_t sendfile64(int to, int from, off64_t *offset, size_t len) {
  _Static_assert(sizeof(off_t) == sizeof(off64_t), "one kind of offset");
  return sendfile(to, from, (off_t *)offset, len);
}

WS_EXPORT ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t len, unsigned flags) {
  struct ws_connection *connection = ws_connection_of(to);
  if (connection != NULL) {
    return ws_transfer_from_pipe(to, connection, from, len, flags);
  }
  connection = ws_connection_of(from);
  return connection ? ws_transfer_to_pipe(from, connection, to, len, flags)
                    : REAL(splice)(from, from_offset, to, to_offset, len, flags);
}

WS_EXPORT ssize_t preadv2(int fd, const struct iovec *iov, int count, off_t offset, int flags) {
  struct ws_connection *connection = offset == -1 && count >= 0 ? ws_connection_of(fd) : NULL;
  return connection ? ws_reading_receive(fd, connection, iov, (size_t)count, flags & RWF_NOWAIT ? MSG_DONTWAIT : 0)
                    : REAL(preadv2)(fd, iov, count, offset, flags);
}

WS_EXPORT ssize_t pwritev2(int fd, const struct iovec *iov, int count, off_t offset, int flags) {
  struct ws_connection *connection = offset == -1 && count >= 0 ? ws_connection_of(fd) : NULL;
  return connection ? ws_writing_send(fd, connection, iov, (size_t)count, flags & RWF_NOWAIT ? MSG_DONTWAIT : 0)
                    : REAL(pwritev2)(fd, iov, count, offset, flags);
}

WS_EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  if (ws_connection_of(fd) == NULL) {
    return REAL(sendmmsg)(fd, messages, count, flags);
  }
  unsigned done = 0;
  while (done < count) {
    ssize_t sent = sendmsg(fd, &messages[done].msg_hdr, flags);
    if (sent < 0) {
      break;
    }
    messages[done].msg_len = (unsigned)sent;
    done++;
  }
  return done > 0 || count == 0 ? (int)done : -1;
}

/* recvmmsg(2): the time limit is looked at between messages only. */
WS_EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  if (ws_connection_of(fd) == NULL) {
    return REAL(recvmmsg)(fd, messages, count, flags, timeout);
  }
  int64_t end_ms = timeout != NULL ? ws_now_ms() + (int64_t)timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000 : -1;
  unsigned done = 0;
  while (done < count && (done == 0 || end_ms < 0 || ws_now_ms() < end_ms)) {
    ssize_t received = recvmsg(fd, &messages[done].msg_hdr, flags & ~MSG_WAITFORONE);
    if (received < 0) {
      break;
    }
    messages[done].msg_len = (unsigned)received;
    done++;
    if (flags & MSG_WAITFORONE) {
      flags |= MSG_DONTWAIT;
    }
    if (received == 0) {
      break;
    }
  }
  return done > 0 || count == 0 ? (int)done : -1;
}
