#define _GNU_SOURCE
#include <errno.h>
#include <sys/sendfile.h>

#include "hooks.h"
#include "iov-cursor.h"
#include "passing.h"
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
  return connection && ws_iov_total(iov, (size_t)count) > 0
             ? ws_reading_receive(fd, connection, iov, (size_t)count, flags & RWF_NOWAIT ? MSG_DONTWAIT : 0)
             : REAL(preadv2)(fd, iov, count, offset, flags);
}

WS_EXPORT ssize_t pwritev2(int fd, const struct iovec *iov, int count, off_t offset, int flags) {
  struct ws_connection *connection = offset == -1 && count >= 0 ? ws_connection_of(fd) : NULL;
  return connection && ws_iov_total(iov, (size_t)count) > 0
             ? ws_writing_send(fd, connection, iov, (size_t)count, flags & RWF_NOWAIT ? MSG_DONTWAIT : 0)
             : REAL(pwritev2)(fd, iov, count, offset, flags);
}

/* The error that ended a row of messages is not told when there were some. */
static int result_of_many(unsigned done, unsigned count, int saved) {
  if (done == 0 && count > 0) {
    return -1;
  }
  errno = saved;
  return (int)done;
}

static int send_many_foreign(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  for (unsigned i = 0; i < count; i++) {
    ws_passing_announce(&messages[i].msg_hdr);
  }
  int sent = REAL(sendmmsg)(fd, messages, count, flags);
  for (unsigned i = sent > 0 ? (unsigned)sent : 0; i < count; i++) {
    ws_passing_withdraw(&messages[i].msg_hdr);
  }
  return sent;
}

static int receive_many_foreign(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  int received = REAL(recvmmsg)(fd, messages, count, flags, timeout);
  for (int i = 0; i < received; i++) {
    ws_passing_arrived(&messages[i].msg_hdr, flags);
  }
  return received;
}

WS_EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  if (ws_connection_of(fd) == NULL) {
    return send_many_foreign(fd, messages, count, flags);
  }
  unsigned done = 0;
  int saved = errno;
  while (done < count) {
    ssize_t sent = sendmsg(fd, &messages[done].msg_hdr, flags);
    if (sent < 0) {
      break;
    }
    messages[done].msg_len = (unsigned)sent;
    /* What is behind a message that went out in part must not overtake the rest. */
    bool whole = (size_t)sent == ws_iov_total(messages[done].msg_hdr.msg_iov, messages[done].msg_hdr.msg_iovlen);
    done++;
    if (!whole) {
      break;
    }
  }
  return result_of_many(done, count, saved);
}

/* recvmmsg(2) looks for an error before it looks for bytes. */
static bool has_failed(int fd) {
  int error = 0;
  socklen_t len = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error == 0) {
    return false;
  }
  errno = error;
  return true;
}

/* recvmmsg(2): the time limit is looked at between messages only. */
WS_EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  if (ws_connection_of(fd) == NULL) {
    return receive_many_foreign(fd, messages, count, flags, timeout);
  }
  if (!ws_process.sandboxed && has_failed(fd)) {
    return -1;
  }
  int64_t end_ms = timeout != NULL ? ws_now_ms() + (int64_t)timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000 : -1;
  unsigned done = 0;
  int saved = errno;
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
  }
  return result_of_many(done, count, saved);
}
