#define _GNU_SOURCE
#include "writing.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "guard.h"
#include "idle.h"
#include "iov-cursor.h"
#include "opening.h"
#include "pin.h"
#include "real.h"
#include "recorder-link.h"
#include "replies.h"
#include "table.h"

/* Text of one base64 frame, on the stack of a program's thread that may be small. */
#define SCRATCH 8192

static ssize_t fail_closed(int flags) {
  if (!(flags & MSG_NOSIGNAL)) {
    raise(SIGPIPE);
  }
  errno = EPIPE;
  return -1;
}

/* Frames up to this length are put together before they are sent: to copy them costs less than a second buffer costs the
 * kernel. No longer ones, since the kernel says EFAULT of a buffer that cannot be read, such as the end of a mapped file that has
 * become shorter, and a copy of our own does not. */
#define COPIED 512

static ssize_t transmit_copied(int fd, const struct iovec *part, size_t count, int flags) {
  uint8_t frame[COPIED];
  size_t len = 0;
  for (size_t i = 0; i < count; i++) {
    memcpy(frame + len, part[i].iov_base, part[i].iov_len);
    len += part[i].iov_len;
  }
  return REAL(send)(fd, frame, len, flags);
}

/* `len` bytes in `count` buffers, by one system call. */
static ssize_t transmit(int fd, const struct iovec *part, size_t count, size_t len, int flags) {
  if (ws_process.sandboxed) {
    return REAL(writev)(fd, part, (int)count);
  }
  if (len <= COPIED) {
    return transmit_copied(fd, part, count, flags);
  }
  struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)part, .msg_iovlen = count};
  return REAL(sendmsg)(fd, &message, flags);
}

/* Where a plan is the same every time, none is made. Returns what was sent, header included; 0 when that is not so, or -1. */
static ssize_t send_without_plan(int fd, const struct ws_encoder *encoder, const struct iovec *payload, int flags,
                                 bool *whole) {
  uint8_t header[WS_FRAME_HEADER_OUT_MAX];
  size_t header_len = ws_encode_header(encoder, payload->iov_len, header);
  if (header_len == 0) {
    return 0;
  }
  const struct iovec part[] = {{header, header_len}, *payload};
  ssize_t sent = transmit(fd, part, 2, header_len + payload->iov_len, flags);
  *whole = sent == (ssize_t)(header_len + payload->iov_len);
  return sent;
}

/* Sends one frame's worth. Returns payload bytes taken; *whole tells whether the kernel took all that was planned. */
static ssize_t send_frame(int fd, struct ws_encoder *encoder, const struct ws_iov_cursor *cursor, uint8_t *scratch,
                          size_t scratch_len, int flags, bool *whole) {
  struct iovec part[WS_IOV_PARTS];
  size_t total;
  size_t parts = ws_iov_cursor_parts(cursor, part, WS_IOV_PARTS, &total);
  ssize_t sent = parts == 1 ? send_without_plan(fd, encoder, part, flags, whole) : 0;
  if (sent < 0 || *whole) {
    return sent < 0 ? -1 : (ssize_t)total;
  }
  struct ws_plan plan;
  ws_encode_plan(encoder, (const struct ws_span *)part, parts, scratch, scratch_len, &plan);
  if (sent == 0 && plan.span_count > 0) {
    sent = transmit(fd, (const struct iovec *)plan.spans, plan.span_count, plan.wire_len, flags);
    if (sent < 0) {
      return -1;
    }
  }
  *whole = (size_t)sent == plan.wire_len;
  return (ssize_t)ws_encode_commit(encoder, &plan, (size_t)sent);
}

static ssize_t send_frames(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                           uint8_t *scratch, size_t scratch_len, int flags) {
  struct ws_iov_cursor cursor = ws_iov_cursor_begin(iov, count);
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  size_t written = 0;
  int saved = errno;
  int own = fd;
  while (cursor.count > 0) {
    bool whole = false;
    ssize_t taken = send_frame(own, &connection->encoder, &cursor, scratch, scratch_len, flags, &whole);
    if (taken < 0) {
      if (written == 0) {
        return -1;
      }
      break;
    }
    written += (size_t)taken;
    ws_iov_cursor_advance(&cursor, (size_t)taken);
    if (!whole && (!waits || written > 0)) {
      break;
    }
    if (own == fd && cursor.count > 0) {
      own = ws_pin_begin(fd, connection);
      if (own < 0) {
        break;
      }
    }
  }
  if (written == 0) {
    errno = EAGAIN;
    return -1;
  }
  errno = saved;
  ws_recorder_link_moved(connection, WS_RECORDING_TO_CLIENT, iov, written);
  ws_idle_moved(connection);
  atomic_fetch_add_explicit(&connection->bytes_out, written, memory_order_relaxed);
  return (ssize_t)written;
}

__attribute__((noinline)) static ssize_t send_as_text(int fd, struct ws_connection *connection, const struct iovec *iov,
                                                      size_t count, int flags) {
  uint8_t scratch[SCRATCH];
  return send_frames(fd, connection, iov, count, scratch, sizeof scratch, flags);
}

/* Much text at once costs fewer system calls. The place for it is there for one call at a time, and not for one that waits: it
 * might be cancelled. Whoever does not get it has his stack. */
static ssize_t send_as_long_text(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                                 int flags) {
  static uint8_t scratch[WS_FRAME_OUT_MAX];
  static struct ws_lock lock;
  if (!ws_lock_try(&lock)) {
    return send_as_text(fd, connection, iov, count, flags);
  }
  ssize_t sent = send_frames(fd, connection, iov, count, scratch, sizeof scratch, flags);
  ws_lock_release(&lock);
  return sent;
}

static ssize_t send_encoded(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                            int flags) {
  if (connection->encoder.encoding == WS_ENCODING_BINARY) {
    return send_frames(fd, connection, iov, count, NULL, 0, flags);
  }
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  return waits || ws_iov_total(iov, count) <= SCRATCH / 4 * 3 ? send_as_text(fd, connection, iov, count, flags)
                                                              : send_as_long_text(fd, connection, iov, count, flags);
}

/* Left by a longjmp out of a signal handler, say; nothing in it can be cancelled. */
static ssize_t send_leavable(struct ws_guard *guard, const struct iovec *iov, size_t count, int flags) {
  ssize_t volatile result;
  WS_CANCELLABLE(*guard, result, send_encoded(guard->fd, guard->connection, iov, count, flags));
  return result;
}

/* Takes the first `len` bytes off what is kept. A signal handler may add to it at any moment (write_nested), but not in the
 * middle of this. */
static void drop_kept(struct ws_connection *connection, size_t len) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  connection->kept_len -= (uint32_t)len;
  if (connection->kept_len > 0) {
    uint8_t *kept = ws_process.state->kept[connection->kept - 1];
    memmove(kept, kept + len, connection->kept_len);
  } else {
    ws_state_kept_drop(ws_process.state, connection);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool ws_writing_send_kept(int fd, struct ws_connection *connection, int flags) {
  while (connection->kept_len > 0) {
    struct iovec iov = {ws_process.state->kept[connection->kept - 1], connection->kept_len};
    ssize_t sent = send_encoded(fd, connection, &iov, 1, flags | MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
      return false;
    }
    /* With an error the socket is dead, and so is what was kept for it. */
    drop_kept(connection, sent < 0 ? iov.iov_len : (size_t)sent);
  }
  return true;
}

/* Takes output that cannot be sent yet, bounded; with `whole` all of it or nothing. Returns bytes taken, or -1 with EAGAIN. */
static ssize_t keep(struct ws_connection *connection, const struct iovec *iov, size_t count, bool whole) {
  struct ws_state *state = ws_process.state;
  if (atomic_load(&connection->write_closed) || (connection->kept == 0 && !ws_state_kept_take(state, connection)) ||
      (whole && ws_iov_total(iov, count) > WS_STATE_KEPT_BYTES - connection->kept_len)) {
    errno = EAGAIN;
    return -1;
  }
  size_t taken = 0;
  for (size_t i = 0; i < count; i++) {
    size_t room = WS_STATE_KEPT_BYTES - connection->kept_len;
    size_t step = iov[i].iov_len < room ? iov[i].iov_len : room;
    memcpy(state->kept[connection->kept - 1] + connection->kept_len, iov[i].iov_base, step);
    connection->kept_len += (uint32_t)step;
    taken += step;
  }
  if (taken == 0) {
    errno = EAGAIN;
    return -1;
  }
  /* Whoever has the write side next sends it. */
  atomic_store(&connection->reply_due, true);
  return (ssize_t)taken;
}

/* A signal handler that writes to the connection that its own thread is writing to: what it writes follows when that write
 * is done, as if the signal had come then. */
static ssize_t write_nested(struct ws_connection *connection, const struct iovec *iov, size_t count) {
  return keep(connection, iov, count, false);
}

/* Before the handshake is complete: kept, up to a limit; a blocking caller that exceeds it waits for the handshake. True when
 * *result is what the call returns. */
static bool write_early(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags,
                        ssize_t *result) {
  WS_GUARD guard;
  if (!ws_guard_begin(&guard, fd, connection, WS_SIDE_READ, flags)) {
    *result = -1;
    return true;
  }
  if (ws_opening_step_held(fd, connection) != WS_PHASE_HANDSHAKE) {
    return false;
  }
  if (atomic_load(&connection->write_closed)) {
    *result = fail_closed(flags);
    return true;
  }
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  *result = keep(connection, iov, count, waits);
  return *result >= 0 || !waits || !ws_opening_wait_held(fd, connection, SO_SNDTIMEO);
}

/* No frame goes out, but the call fails when one could not. */
static ssize_t send_nothing(int fd, struct ws_connection *connection, int flags) {
  if (atomic_load(&connection->write_closed) && !atomic_load(&connection->grace)) {
    return fail_closed(flags);
  }
  return REAL(send)(fd, NULL, 0, flags);
}

ssize_t ws_writing_send(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags) {
  ssize_t result = -1;
  if (flags & MSG_OOB) {
    errno = EOPNOTSUPP;
    return -1;
  }
  if (ws_iov_total(iov, count) == 0) {
    return send_nothing(fd, connection, flags);
  }
  if (__builtin_expect(atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE, 0) &&
      write_early(fd, connection, iov, count, flags, &result)) {
    return result;
  }
  WS_GUARD guard;
  if (!ws_guard_begin(&guard, fd, connection, WS_SIDE_WRITE, flags)) {
    return -1;
  }
  if (!guard.owned) {
    return write_nested(connection, iov, count);
  }
  if (__builtin_expect(atomic_load(&connection->write_closed), 0)) {
    return atomic_exchange(&connection->grace, false) ? (ssize_t)ws_iov_total(iov, count) : fail_closed(flags);
  }
  int kept = atomic_load_explicit(&connection->kept_errno, memory_order_relaxed);
  if (__builtin_expect(kept != 0, 0) && atomic_exchange(&connection->kept_errno, 0) != 0) {
    errno = kept;
    return -1;
  }
  /* Zero-copy is not for buffers that live on our stack. */
  flags &= ~MSG_ZEROCOPY;
  if (connection->kept_len > 0 && !ws_writing_send_kept(fd, connection, flags)) {
    return -1;
  }
  bool waits = !atomic_load(&connection->nonblocking) && !(flags & MSG_DONTWAIT);
  result = waits ? send_leavable(&guard, iov, count, flags) : send_encoded(fd, connection, iov, count, flags);
  if (result < 0 && errno == ENOTSOCK) {
    ws_table_forget(fd);
    return REAL(writev)(fd, iov, (int)count);
  }
  return result;
}

int ws_writing_shutdown(int fd, struct ws_connection *connection, int how) {
  if (how == SHUT_RD) {
    return REAL(shutdown)(fd, how);
  }
  if (how != SHUT_WR && how != SHUT_RDWR) {
    errno = EINVAL;
    return -1;
  }
  ws_replies_close(fd, connection, 1000);
  return how == SHUT_RDWR ? REAL(shutdown)(fd, SHUT_RD) : 0;
}
