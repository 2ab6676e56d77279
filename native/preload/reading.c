#define _GNU_SOURCE
#include "reading.h"

#include <errno.h>

#include "epoll-watch.h"
#include "guard.h"
#include "heartbeat.h"
#include "incoming.h"
#include "looking.h"
#include "lowat.h"
#include "opening.h"
#include "real.h"
#include "recorder-link.h"
#include "replies.h"
#include "table.h"

/* What a read returns for the payload it got and the error it met, if any. */
static ssize_t outcome(struct ws_connection *connection, size_t produced, int error) {
  if (produced > 0) {
    atomic_fetch_add_explicit(&connection->bytes_in, produced, memory_order_relaxed);
    ws_incoming_keep_error(connection, error);
    return (ssize_t)produced;
  }
  if (error != 0) {
    errno = error;
    return -1;
  }
  return ws_incoming_result_at_end(connection);
}

/* A read with room for so much is one of many. */
#define BULK 16384

/* Where a read stands. */
struct receipt {
  struct ws_iov_cursor cursor;
  size_t total;
  size_t least; /* for which a call that waits does so */
  size_t produced;
  int rounds;
  size_t barren; /* raw bytes before the first of payload */
  int error;
};

/* How many bytes may be read along with those that there is room for. Not by a call that waits: while it does, a signal handler
 * may read, and what comes then is something else. Nor in a sandbox, which may allow read(2) and not readv(2), as sshd's does. */
static size_t beyond(struct ws_connection *connection, size_t room, int flags) {
  struct ws_decoder decoder;
  if (ws_process.sandboxed || (!(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking))) {
    return 0;
  }
  ws_state_decoder_get(ws_process.state, connection, &decoder);
  return ws_decode_reach(&decoder, room) - room;
}

/* One recvmsg, also while hearts have to be beaten. */
static ssize_t receive_raw(int fd, struct ws_connection *connection, const struct receipt *receipt, uint8_t *surplus,
                           int flags, size_t *asked) {
  const struct ws_iov_cursor *cursor = &receipt->cursor;
  size_t room = receipt->total - receipt->produced;
  if (!(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking) && ws_heartbeat_next() >= 0) {
    int now = flags | MSG_DONTWAIT;
    ssize_t raw = ws_incoming_receive(fd, cursor, surplus, beyond(connection, room, now), now, asked);
    if (raw >= 0 || errno != EAGAIN) {
      return raw;
    }
    if (!ws_heartbeat_wait_readable(fd, connection)) {
      return -1;
    }
  }
  return ws_incoming_receive(fd, cursor, surplus, beyond(connection, room, flags), flags, asked);
}

/* One recvmsg and what becomes of it. True when the read is over. */
static bool receive_once(int fd, struct ws_connection *connection, struct receipt *receipt, int flags) {
  size_t asked;
  /* A message of just the length that was asked for comes together with its header. */
  uint8_t surplus[WS_DECODE_BEYOND];
  ssize_t raw = receive_raw(fd, connection, receipt, surplus, flags, &asked);
  if (raw < 0) {
    receipt->error = errno;
    return true;
  }
  if (raw == 0) {
    /* The end of the stream without a Close: RFC 6455 section 7.1.5. */
    connection->close_code = connection->close_code == 0 ? 1006 : connection->close_code;
    return true;
  }
  size_t payload = ws_incoming_decode(fd, connection, &receipt->cursor, (size_t)raw, surplus);
  ws_incoming_clear(&receipt->cursor, (size_t)raw - payload);
  receipt->produced += payload;
  receipt->barren += (size_t)raw - payload;
  /* A message of just the length that was asked for must come whole, as over TCP, though headers take room; and an
   * edge-triggered program takes a short read for "all is read". So a short one is given only when that is so; but see
   * suffices(). */
  return receipt->produced >= receipt->least && (size_t)raw < asked;
}

/* Headers have taken room, so that a read of the length that was asked for takes further system calls, each for a few bytes.
 * A program that reads much at a time, never waits for it, and is known to be told again of what it leaves, has to go on reading
 * anyway. */
static bool suffices(int fd, const struct ws_connection *connection, const struct receipt *receipt) {
  return receipt->total >= BULK && receipt->produced >= receipt->total / 2 && receipt->produced >= receipt->least &&
         ws_watch_knows(fd) && !atomic_load(&connection->exact);
}

void ws_reading_be_exact(int fd) {
  int saved = errno;
  struct ws_connection *connection = ws_connection_of(fd);
  if (connection != NULL) {
    atomic_store(&connection->exact, true);
  }
  errno = saved;
}

static ssize_t receive(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags,
                       size_t least) {
  struct receipt receipt = {
      .cursor = ws_iov_cursor_begin(iov, count), .total = ws_iov_total(iov, count), .least = least};
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  int64_t since_ms = waits ? ws_now_roughly_ms() : 0;
  int saved = errno;
  for (bool first = true; receipt.produced < receipt.total && !ws_incoming_ended(connection); first = false) {
    int more = receipt.produced >= least ? MSG_DONTWAIT : 0;
    if (waits && !first && more == 0 && !ws_incoming_wait_further(fd, since_ms)) {
      receipt.error = errno;
      break;
    }
    if (more != 0 && ws_process.sandboxed && !atomic_load(&connection->nonblocking)) {
      /* read(2) has no such flag, and would wait. */
      break;
    }
    if (receive_once(fd, connection, &receipt, (flags & ~(MSG_WAITALL | MSG_TRUNC)) | more) ||
        (!waits && suffices(fd, connection, &receipt))) {
      break;
    }
    if (!ws_table_still(fd, connection)) {
      receipt.error = EBADF;
      break;
    }
    if (receipt.produced == 0 && !waits && ++receipt.rounds >= WS_BARREN_ROUNDS && receipt.barren >= WS_BARREN_BYTES) {
      ws_incoming_wake_again(fd);
      receipt.error = EAGAIN;
      break;
    }
  }
  errno = saved;
  ws_recorder_link_moved(connection, WS_RECORDING_FROM_CLIENT, iov, receipt.produced);
  return outcome(connection, receipt.produced, receipt.error);
}

/* Waits as a read would, takes nothing: what recv(2) does for no bytes at all. The result is 0 or -1. */
static ssize_t receive_nothing(int fd, struct ws_connection *connection, int flags) {
  uint8_t byte;
  struct iovec iov = {&byte, sizeof byte};
  ssize_t seen = ws_looking_peek(fd, connection, &iov, 1, flags | MSG_PEEK, 1);
  return seen > 0 ? 0 : seen;
}

/* MSG_TRUNC on TCP: payload is counted and dropped, or with MSG_PEEK just counted. */
static ssize_t drop_payload(int fd, struct ws_connection *connection, size_t len, int flags, size_t least) {
  uint8_t buffer[2048];
  size_t dropped = 0;
  int saved = errno;
  if (flags & MSG_PEEK) {
    ssize_t seen = receive_nothing(fd, connection, flags);
    int there = seen == 0 ? ws_looking_available(fd, connection) : 0;
    return seen < 0 ? seen : (size_t)there < len ? there : (ssize_t)len;
  }
  flags &= ~MSG_TRUNC;
  while (dropped < len) {
    size_t step = len - dropped < sizeof buffer ? len - dropped : sizeof buffer;
    struct iovec iov = {buffer, step};
    size_t rest = dropped < least ? least - dropped : 1;
    ssize_t received = receive(fd, connection, &iov, 1, flags, rest < step ? rest : step);
    if (received < 0 && dropped == 0) {
      return -1;
    }
    if (received < 0) {
      ws_incoming_keep_error(connection, errno);
      errno = saved;
    }
    if (received <= 0) {
      break;
    }
    dropped += (size_t)received;
    if ((size_t)received < step) {
      break;
    }
    flags |= dropped < least ? 0 : MSG_DONTWAIT;
  }
  return (ssize_t)dropped;
}

/* How much payload a call waits for. */
static size_t least_of(const struct ws_connection *connection, size_t total, int flags) {
  size_t lowat = ws_lowat_of(connection);
  return (flags & MSG_WAITALL) || lowat > total ? total : lowat;
}

static ssize_t receive_in_phase(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                                int flags) {
  size_t total = ws_iov_total(iov, count);
  if (total == 0) {
    return receive_nothing(fd, connection, flags);
  }
  size_t least = least_of(connection, total, flags);
  if (flags & MSG_TRUNC) {
    return drop_payload(fd, connection, total, flags, least);
  }
  if (flags & MSG_PEEK) {
    atomic_store(&connection->exact, true);
    return ws_looking_peek(fd, connection, iov, count, flags, least);
  }
  return receive(fd, connection, iov, count, flags, least);
}

/* By the holder of the read side. */
static ssize_t receive_held(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                            int flags) {
  if (__builtin_expect(atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE, 0)) {
    bool wait = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
    if (wait ? !ws_opening_wait_held(fd, connection, SO_RCVTIMEO)
             : ws_opening_step_held(fd, connection) == WS_PHASE_HANDSHAKE) {
      errno = wait ? errno : EAGAIN;
      return -1;
    }
  }
  ws_lowat_lower(fd, connection);
  if (atomic_load(&connection->reply_due)) {
    ws_replies_flush(fd, connection);
  }
  /* As with any socket, what has come is read before the error is told. */
  bool failed = atomic_load_explicit(&connection->kept_errno, memory_order_relaxed) != 0;
  ssize_t received = receive_in_phase(fd, connection, iov, count, failed ? flags | MSG_DONTWAIT : flags);
  if (received > 0 || atomic_load_explicit(&connection->kept_errno, memory_order_relaxed) == 0 ||
      (ws_iov_total(iov, count) == 0 && ws_looking_available(fd, connection) > 0)) {
    return received;
  }
  int kept = atomic_exchange(&connection->kept_errno, 0);
  if (kept != 0) {
    errno = kept;
    return -1;
  }
  return received;
}

static ssize_t receive_cancellable(struct ws_guard *guard, const struct iovec *iov, size_t count, int flags) {
  ssize_t volatile result;
  WS_CANCELLABLE(*guard, result, receive_held(guard->fd, guard->connection, iov, count, flags));
  return result;
}

ssize_t ws_reading_receive(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags) {
  if (flags & (MSG_OOB | MSG_ERRQUEUE)) {
    errno = flags & MSG_OOB ? EINVAL : EAGAIN;
    return -1;
  }
  WS_GUARD guard;
  if (!ws_guard_begin(&guard, fd, connection, WS_SIDE_READ, flags)) {
    return -1;
  }
  bool waits = !atomic_load(&connection->nonblocking) && !(flags & MSG_DONTWAIT);
  ssize_t result =
      waits ? receive_cancellable(&guard, iov, count, flags) : receive_held(fd, connection, iov, count, flags);
  if (result < 0 && errno == ENOTSOCK) {
    /* Closed behind our back, and the number is something else now: not ours to read. */
    ws_table_forget(fd);
    return REAL(readv)(fd, iov, (int)count);
  }
  return result;
}

bool ws_reading_settle(int fd, struct ws_connection *connection) {
  int saved = errno;
  bool readable = true;
  WS_GUARD guard;
  /* A thread that is inside a read of its own will find out by itself. */
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ)) {
    readable = ws_opening_step_held(fd, connection) != WS_PHASE_HANDSHAKE && ws_looking_settle(fd, connection);
  }
  errno = saved;
  return readable;
}

static _Atomic bool counts_asked_for;

bool ws_reading_counts_matter(void) {
  return atomic_load_explicit(&counts_asked_for, memory_order_relaxed);
}

int ws_reading_available(int fd, struct ws_connection *connection) {
  atomic_store(&counts_asked_for, true);
  atomic_store(&connection->exact, true);
  WS_GUARD guard;
  if (!ws_guard_try(&guard, fd, connection, WS_SIDE_READ) || ws_opening_step_held(fd, connection) != WS_PHASE_OPEN) {
    return 0;
  }
  return ws_looking_available(fd, connection);
}
