#define _GNU_SOURCE
#include "reading.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "guard.h"
#include "iov-cursor.h"
#include "lifetime.h"
#include "opening.h"
#include "real.h"
#include "replies.h"
#include "table.h"

/* Looked at in one step by settle: holds two control frames of the greatest length. */
#define LOOK 288

static bool ended(struct ws_connection *connection) {
  return atomic_load(&connection->phase) == WS_PHASE_ENDED;
}

/* The peer will send nothing more that counts: answer, and let the kernel tell the program so. */
static void end(int fd, struct ws_connection *connection, uint16_t close_code, uint16_t answer) {
  connection->close_code = close_code;
  atomic_store(&connection->phase, WS_PHASE_ENDED);
  ws_replies_close(fd, connection, answer);
  ws_lifetime_drain(fd);
  REAL(shutdown)(fd, SHUT_RD);
}

static void act_on(int fd, struct ws_connection *connection, enum ws_event event) {
  struct ws_decoder *decoder = &connection->decoder;
  int saved = errno;
  if (!ws_table_still(fd, connection)) {
    if (ws_decoder_ended(decoder)) {
      atomic_store(&connection->phase, WS_PHASE_ENDED);
    }
    return;
  }
  switch (event) {
    case WS_EVENT_PING:
      ws_replies_pong(fd, connection, decoder->control, decoder->control_len);
      break;
    case WS_EVENT_CLOSE:
      atomic_store(&connection->grace, !atomic_load(&connection->write_closed));
      /* 1005: a Close without a code (RFC 6455 section 7.4.1). */
      end(fd, connection, decoder->close_code != 0 ? decoder->close_code : 1005, decoder->close_code);
      break;
    case WS_EVENT_ERROR:
      connection->error = decoder->error;
      atomic_store(&connection->reset, true);
      end(fd, connection, ws_error_close_code((enum ws_error)decoder->error),
          ws_error_close_code((enum ws_error)decoder->error));
      REAL(shutdown)(fd, SHUT_RDWR);
      break;
    default:
      break;
  }
  errno = saved;
}

/* Decodes `raw` bytes that lie at the cursor; payload is put from the cursor on, which moves past it. */
static size_t decode_in_place(int fd, struct ws_connection *connection, struct ws_iov_cursor *out, size_t raw) {
  struct ws_iov_cursor in = *out;
  size_t produced = 0;
  while (raw > 0 && !ended(connection)) {
    struct iovec from = ws_iov_cursor_here(&in);
    struct iovec to = ws_iov_cursor_here(out);
    size_t len = from.iov_len < raw ? from.iov_len : raw;
    /* Only where the vector's parts differ in length can the output have less room than the input is long. */
    if (to.iov_len < len) {
      len = to.iov_len;
    }
    struct ws_decoded decoded = ws_decode(&connection->decoder, from.iov_base, len, to.iov_base);
    ws_iov_cursor_advance(&in, decoded.consumed);
    ws_iov_cursor_advance(out, decoded.produced);
    produced += decoded.produced;
    raw -= decoded.consumed;
    if (decoded.event != WS_EVENT_NONE) {
      act_on(fd, connection, decoded.event);
    }
  }
  return produced;
}

/* Raw bytes that decoding has left behind the payload are not for the program's eyes; many a one sets its buffer to zero once
 * and takes what it reads for a string. */
static void clear_rest(const struct ws_iov_cursor *cursor, size_t len) {
  struct ws_iov_cursor at = *cursor;
  while (len > 0) {
    struct iovec here = ws_iov_cursor_here(&at);
    size_t step = here.iov_len < len ? here.iov_len : len;
    if (step == 0) {
      return;
    }
    memset(here.iov_base, 0, step);
    ws_iov_cursor_advance(&at, step);
    len -= step;
  }
}

/* What a read returns when there is nothing more to come. */
static ssize_t result_at_end(struct ws_connection *connection) {
  if (atomic_exchange(&connection->reset, false)) {
    errno = ECONNRESET;
    return -1;
  }
  return 0;
}

/* One recvmsg for what the vector still has room for. */
static ssize_t receive_raw(int fd, const struct ws_iov_cursor *cursor, int flags, size_t *asked) {
  struct iovec part[WS_IOV_PARTS];
  size_t parts = ws_iov_cursor_parts(cursor, part, WS_IOV_PARTS, asked);
  if (ws_process.sandboxed) {
    return parts == 1 ? REAL(read)(fd, part[0].iov_base, part[0].iov_len) : REAL(readv)(fd, part, (int)parts);
  }
  if (parts == 1) {
    return REAL(recv)(fd, part[0].iov_base, part[0].iov_len, flags);
  }
  struct msghdr message = {.msg_iov = part, .msg_iovlen = parts};
  return REAL(recvmsg)(fd, &message, flags);
}

/* An error that a look, or the second half of a read, has taken from the socket belongs to the program's next call. */
static void keep_error(struct ws_connection *connection, int error) {
  if (error != EAGAIN && error != EINTR) {
    atomic_store(&connection->kept_errno, error);
  }
}

/* What a read returns for the payload it got and the error it met, if any. */
static ssize_t outcome(struct ws_connection *connection, size_t produced, int error) {
  if (produced > 0) {
    atomic_fetch_add_explicit(&connection->bytes_in, produced, memory_order_relaxed);
    keep_error(connection, error);
    return (ssize_t)produced;
  }
  if (error != 0) {
    errno = error;
    return -1;
  }
  return result_at_end(connection);
}

/* A client that sends control frames without end must not keep a caller that does not want to wait: after so many rounds and
 * bytes that brought no payload it is told that there is none, and woken up again at once. Not after rounds alone: who reads
 * a byte at a time needs one for each byte of a header. */
#define BARREN_ROUNDS 16
#define BARREN_BYTES 4096

static void wake_again(int fd) {
  int lowat = 1;
  socklen_t len = sizeof lowat;
  /* Setting this makes the kernel signal what is there, also to an edge-triggered set (tcp_set_rcvlowat). */
  if (REAL(getsockopt)(fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, &len) == 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, sizeof lowat);
  }
}

/* Where a read stands. */
struct receipt {
  struct ws_iov_cursor cursor;
  size_t total;
  size_t produced;
  int rounds;
  size_t barren; /* raw bytes before the first of payload */
  int error;
};

/* One system call and what becomes of it. True when the read is over. */
static bool receive_once(int fd, struct ws_connection *connection, struct receipt *receipt, int flags, bool wants_all) {
  size_t asked;
  ssize_t raw = receive_raw(fd, &receipt->cursor, flags, &asked);
  if (raw < 0) {
    receipt->error = errno;
    return true;
  }
  if (raw == 0) {
    /* The end of the stream without a Close: RFC 6455 section 7.1.5. */
    connection->close_code = connection->close_code == 0 ? 1006 : connection->close_code;
    return true;
  }
  size_t payload = decode_in_place(fd, connection, &receipt->cursor, (size_t)raw);
  clear_rest(&receipt->cursor, (size_t)raw - payload);
  receipt->produced += payload;
  receipt->barren += (size_t)raw - payload;
  /* A message of just the length that was asked for must come whole, as over TCP, though its header takes room; and an
   * edge-triggered program takes a short read for "all is read". So a short one is given only when that is so. */
  return receipt->produced > 0 && !wants_all && (size_t)raw < asked;
}

static ssize_t receive(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags) {
  struct receipt receipt = {.cursor = ws_iov_cursor_begin(iov, count), .total = ws_iov_total(iov, count)};
  bool wants_all = (flags & MSG_WAITALL) != 0;
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  int saved = errno;
  while (receipt.produced < receipt.total && !ended(connection)) {
    int more = receipt.produced > 0 && !wants_all ? MSG_DONTWAIT : 0;
    if (more != 0 && ws_process.sandboxed && !atomic_load(&connection->nonblocking)) {
      /* read(2) has no such flag, and would wait. */
      break;
    }
    if (receive_once(fd, connection, &receipt, (flags & ~(MSG_WAITALL | MSG_TRUNC)) | more, wants_all)) {
      break;
    }
    if (!ws_table_still(fd, connection)) {
      receipt.error = EBADF;
      break;
    }
    if (receipt.produced == 0 && !waits && ++receipt.rounds >= BARREN_ROUNDS && receipt.barren >= BARREN_BYTES) {
      wake_again(fd);
      receipt.error = EAGAIN;
      break;
    }
  }
  errno = saved;
  return outcome(connection, receipt.produced, receipt.error);
}

/* Takes `len` raw bytes, known to hold no payload, out of the kernel's buffer and acts on them. */
static bool consume(int fd, struct ws_connection *connection, uint8_t *buffer, size_t len) {
  ssize_t raw = REAL(recv)(fd, buffer, len, MSG_DONTWAIT);
  if (raw <= 0) {
    return false;
  }
  struct iovec whole = {buffer, (size_t)raw};
  struct ws_iov_cursor cursor = ws_iov_cursor_begin(&whole, 1);
  decode_in_place(fd, connection, &cursor, (size_t)raw);
  return true;
}

/* As ws_reading_settle, by the holder of the read side, in the open phase. */
static bool settle(int fd, struct ws_connection *connection) {
  if (ws_process.sandboxed) {
    /* A look is forbidden: the kernel's word has to do. */
    return true;
  }
  uint8_t buffer[LOOK];
  for (int round = 0; !ended(connection); round++) {
    if (round == BARREN_ROUNDS) {
      /* Whoever waits will look at its other descriptors and its time first. */
      return false;
    }
    ssize_t raw = REAL(recv)(fd, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
    if (raw < 0) {
      keep_error(connection, errno);
      return errno != EAGAIN;
    }
    if (raw == 0) {
      return true;
    }
    size_t overhead = ws_decode_overhead(&connection->decoder, buffer, (size_t)raw);
    if (overhead > 0 && !consume(fd, connection, buffer, overhead)) {
      return true;
    }
    if (overhead < (size_t)raw) {
      return true;
    }
  }
  return true;
}

bool ws_reading_settle(int fd, struct ws_connection *connection) {
  int saved = errno;
  bool readable = true;
  WS_GUARD guard;
  /* A thread that is inside a read of its own will find out by itself. */
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ)) {
    readable = ws_opening_step_held(fd, connection) != WS_PHASE_HANDSHAKE && settle(fd, connection);
  }
  errno = saved;
  return readable;
}

/* Decodes peeked bytes with a copy of the decoder, so that nothing changes. Returns payload bytes. */
static size_t decode_preview(const struct ws_connection *connection, struct ws_iov_cursor *out, size_t raw) {
  struct ws_decoder copy = connection->decoder;
  struct ws_iov_cursor in = *out;
  size_t produced = 0;
  enum ws_event event = WS_EVENT_NONE;
  while (raw > 0 && event != WS_EVENT_CLOSE && event != WS_EVENT_ERROR) {
    struct iovec from = ws_iov_cursor_here(&in);
    struct iovec to = ws_iov_cursor_here(out);
    size_t len = from.iov_len < raw ? from.iov_len : raw;
    len = to.iov_len < len ? to.iov_len : len;
    struct ws_decoded decoded = ws_decode(&copy, from.iov_base, len, to.iov_base);
    ws_iov_cursor_advance(&in, decoded.consumed);
    ws_iov_cursor_advance(out, decoded.produced);
    produced += decoded.produced;
    raw -= decoded.consumed;
    event = decoded.event;
  }
  return produced;
}

/* A decoded copy of all that the kernel has. */
struct preview {
  uint8_t *bytes;
  size_t room;
  size_t payload;
};

static void preview_end(struct preview *preview) {
  if (preview->room > 0) {
    munmap(preview->bytes, preview->room);
  }
}

static void preview_begin(struct preview *preview, int fd, struct ws_connection *connection) {
  int raw = 0;
  *preview = (struct preview){NULL, 0, 0};
  if (REAL(ioctl)(fd, FIONREAD, &raw) != 0 || raw <= 0) {
    return;
  }
  void *bytes = mmap(NULL, (size_t)raw, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) {
    return;
  }
  ssize_t peeked = REAL(recv)(fd, bytes, (size_t)raw, MSG_PEEK | MSG_DONTWAIT);
  struct iovec whole = {bytes, (size_t)raw};
  struct ws_iov_cursor cursor = ws_iov_cursor_begin(&whole, 1);
  *preview = (struct preview){.bytes = bytes, .room = (size_t)raw};
  preview->payload = peeked > 0 ? decode_preview(connection, &cursor, (size_t)peeked) : 0;
}

/* The overhead has taken room in the program's buffer: looks at all that is there. Returns payload bytes. */
static size_t peek_further(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count) {
  struct preview preview;
  size_t copied = 0;
  preview_begin(&preview, fd, connection);
  for (size_t i = 0; i < count && copied < preview.payload; i++) {
    size_t rest = preview.payload - copied;
    size_t step = iov[i].iov_len < rest ? iov[i].iov_len : rest;
    if (step > 0) {
      memcpy(iov[i].iov_base, preview.bytes + copied, step);
    }
    copied += step;
  }
  preview_end(&preview);
  return copied;
}

static int available_held(int fd, struct ws_connection *connection) {
  struct preview preview;
  preview_begin(&preview, fd, connection);
  preview_end(&preview);
  return (int)preview.payload;
}

static ssize_t peek(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags) {
  int raw_flags = flags & ~(MSG_WAITALL | MSG_TRUNC);
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  int saved = errno;
  for (int round = 0; !ended(connection); round++) {
    struct ws_iov_cursor cursor = ws_iov_cursor_begin(iov, count);
    size_t asked;
    if (!waits && round == BARREN_ROUNDS) {
      wake_again(fd);
      errno = EAGAIN;
      return -1;
    }
    ssize_t raw = receive_raw(fd, &cursor, raw_flags, &asked);
    if (raw <= 0) {
      return raw;
    }
    size_t produced = decode_preview(connection, &cursor, (size_t)raw);
    clear_rest(&cursor, (size_t)raw - produced);
    if (produced > 0 && produced < ws_iov_total(iov, count) && (size_t)raw == asked) {
      size_t further = peek_further(fd, connection, iov, count);
      produced = further > produced ? further : produced;
      errno = saved;
    }
    if (produced > 0) {
      return (ssize_t)produced;
    }
    /* Nothing but overhead: take it out, so that the next look gets further. */
    settle(fd, connection);
    errno = saved;
  }
  return result_at_end(connection);
}

/* Waits as a read would, takes nothing: what recv(2) does for no bytes at all. The result is 0 or -1. */
static ssize_t receive_nothing(int fd, struct ws_connection *connection, int flags) {
  uint8_t byte;
  struct iovec iov = {&byte, sizeof byte};
  ssize_t seen = peek(fd, connection, &iov, 1, flags | MSG_PEEK);
  return seen > 0 ? 0 : seen;
}

/* MSG_TRUNC on TCP: payload is counted and dropped, or with MSG_PEEK just counted. */
static ssize_t drop_payload(int fd, struct ws_connection *connection, size_t len, int flags) {
  uint8_t buffer[2048];
  size_t dropped = 0;
  int saved = errno;
  if (flags & MSG_PEEK) {
    ssize_t seen = receive_nothing(fd, connection, flags);
    int there = seen == 0 ? available_held(fd, connection) : 0;
    return seen < 0 ? seen : (size_t)there < len ? there : (ssize_t)len;
  }
  flags &= ~MSG_TRUNC;
  while (dropped < len) {
    size_t step = len - dropped < sizeof buffer ? len - dropped : sizeof buffer;
    struct iovec iov = {buffer, step};
    ssize_t received = receive(fd, connection, &iov, 1, flags);
    if (received < 0 && dropped == 0) {
      return -1;
    }
    if (received < 0) {
      keep_error(connection, errno);
      errno = saved;
    }
    if (received <= 0) {
      break;
    }
    dropped += (size_t)received;
    if ((size_t)received < step) {
      break;
    }
    flags |= flags & MSG_WAITALL ? 0 : MSG_DONTWAIT;
  }
  return (ssize_t)dropped;
}

/* By the holder of the read side. */
static ssize_t receive_held(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count,
                            int flags) {
  if (__builtin_expect(atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE, 0)) {
    bool wait = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
    if (wait ? !ws_opening_wait_held(fd, connection) : ws_opening_step_held(fd, connection) == WS_PHASE_HANDSHAKE) {
      errno = wait ? errno : EAGAIN;
      return -1;
    }
  }
  if (atomic_load(&connection->reply_due)) {
    ws_replies_flush(fd, connection);
  }
  int kept = atomic_load_explicit(&connection->kept_errno, memory_order_relaxed);
  if (__builtin_expect(kept != 0, 0) && atomic_exchange(&connection->kept_errno, 0) != 0) {
    errno = kept;
    return -1;
  }
  if (ws_iov_total(iov, count) == 0) {
    return receive_nothing(fd, connection, flags);
  }
  if (flags & MSG_TRUNC) {
    return drop_payload(fd, connection, ws_iov_total(iov, count), flags);
  }
  if (flags & MSG_PEEK) {
    return peek(fd, connection, iov, count, flags);
  }
  return receive(fd, connection, iov, count, flags);
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

static _Atomic bool counts_asked_for;

bool ws_reading_counts_matter(void) {
  return atomic_load_explicit(&counts_asked_for, memory_order_relaxed);
}

int ws_reading_available(int fd, struct ws_connection *connection) {
  atomic_store(&counts_asked_for, true);
  WS_GUARD guard;
  if (!ws_guard_try(&guard, fd, connection, WS_SIDE_READ) || ws_opening_step_held(fd, connection) != WS_PHASE_OPEN) {
    return 0;
  }
  return available_held(fd, connection);
}
