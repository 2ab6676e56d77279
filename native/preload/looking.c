#define _GNU_SOURCE
#include "looking.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "incoming.h"
#include "lowat.h"
#include "real.h"
#include "table.h"

/* Looked at in one step by settle: holds two control frames of the greatest length. */
#define LOOK 288

/* Takes `len` raw bytes, known to hold no payload, out of the kernel's buffer and acts on them. */
static bool consume(int fd, struct ws_connection *connection, uint8_t *buffer, size_t len) {
  ws_lowat_lower(fd, connection);
  ssize_t raw = REAL(recv)(fd, buffer, len, MSG_DONTWAIT);
  if (raw <= 0) {
    return false;
  }
  struct iovec whole = {buffer, (size_t)raw};
  struct ws_iov_cursor cursor = ws_iov_cursor_begin(&whole, 1);
  ws_incoming_decode(fd, connection, &cursor, (size_t)raw, NULL);
  return true;
}

/* Decodes peeked bytes with a copy of the decoder, so that nothing changes. Returns payload bytes. */
static size_t decode_preview(const struct ws_connection *connection, struct ws_iov_cursor *out, size_t raw,
                             bool *ends) {
  struct ws_decoder copy;
  ws_state_decoder_get(ws_process.state, connection, &copy);
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
  *ends = event == WS_EVENT_CLOSE || event == WS_EVENT_ERROR;
  return produced;
}

/* A decoded copy of all that the kernel has. */
struct preview {
  uint8_t *bytes;
  size_t room;
  size_t payload;
  bool ends; /* with a Close or an error */
};

static void preview_end(struct preview *preview) {
  if (preview->room > 0) {
    munmap(preview->bytes, preview->room);
  }
}

static void preview_begin(struct preview *preview, int fd, struct ws_connection *connection) {
  int raw = 0;
  *preview = (struct preview){.bytes = NULL};
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
  preview->payload = peeked > 0 ? decode_preview(connection, &cursor, (size_t)peeked, &preview->ends) : 0;
}

static bool is_readable(int fd) {
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  return REAL(poll)(&readable, 1, 0) != 0;
}

/* True when so much payload is there, or the kernel calls the descriptor readable for another reason than that more bytes have
 * come since the last look: an end, an error, or a full buffer. If not, it is silent until there is more. */
static bool has_payload(int fd, struct ws_connection *connection, size_t least) {
  for (;;) {
    struct preview preview;
    preview_begin(&preview, fd, connection);
    preview_end(&preview);
    bool nothing_new = preview.room == atomic_load(&connection->peeked);
    if (preview.ends || preview.payload >= least ||
        (!nothing_new && !ws_lowat_raise(fd, connection, (uint32_t)preview.room))) {
      return true;
    }
    /* What came, or ended, before the threshold was raised has had its wake-up. */
    if (!is_readable(fd)) {
      return false;
    }
    if (nothing_new) {
      return true;
    }
  }
}

/* Another thread may set it meanwhile, and its wake-up comes before that which is awaited here. */
static bool has_lowat(int fd, struct ws_connection *connection) {
  for (;;) {
    uint32_t lowat = ws_lowat_of(connection);
    if (lowat == 1 || has_payload(fd, connection, lowat)) {
      return true;
    }
    if (lowat == ws_lowat_of(connection)) {
      return false;
    }
  }
}

bool ws_looking_settle(int fd, struct ws_connection *connection) {
  if (ws_process.sandboxed) {
    /* A look is forbidden: the kernel's word has to do. */
    return true;
  }
  uint8_t buffer[LOOK];
  for (int round = 0; !ws_incoming_ended(connection); round++) {
    if (round == WS_BARREN_ROUNDS) {
      /* Whoever waits will look at its other descriptors and its time first. */
      ws_incoming_wake_again(fd);
      return false;
    }
    ssize_t raw = REAL(recv)(fd, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
    if (raw < 0) {
      ws_incoming_keep_error(connection, errno);
      return errno != EAGAIN;
    }
    if (raw == 0) {
      return true;
    }
    struct ws_decoder decoder;
    ws_state_decoder_get(ws_process.state, connection, &decoder);
    size_t overhead = ws_decode_overhead(&decoder, buffer, (size_t)raw);
    if (overhead > 0 && !consume(fd, connection, buffer, overhead)) {
      return true;
    }
    if (overhead < (size_t)raw) {
      return has_lowat(fd, connection);
    }
  }
  return true;
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

/* Waits until so much payload is there, or no more will come. */
static void wait_for_payload(int fd, struct ws_connection *connection, size_t least, int64_t since_ms) {
  while (!has_payload(fd, connection, least) && ws_incoming_wait_readable(fd, since_ms)) {
  }
  ws_lowat_lower(fd, connection);
}

int ws_looking_available(int fd, struct ws_connection *connection) {
  struct preview preview;
  preview_begin(&preview, fd, connection);
  preview_end(&preview);
  return (int)preview.payload;
}

ssize_t ws_looking_peek(int fd, struct ws_connection *connection, const struct iovec *iov, size_t count, int flags,
                        size_t least) {
  int raw_flags = flags & ~(MSG_WAITALL | MSG_TRUNC);
  bool waits = !(flags & MSG_DONTWAIT) && !atomic_load(&connection->nonblocking);
  int64_t since_ms = waits ? ws_now_roughly_ms() : 0;
  int saved = errno;
  for (int round = 0; !ws_incoming_ended(connection); round++) {
    struct ws_iov_cursor cursor = ws_iov_cursor_begin(iov, count);
    size_t asked;
    if (!waits && round == WS_BARREN_ROUNDS) {
      ws_incoming_wake_again(fd);
      errno = EAGAIN;
      return -1;
    }
    if (waits && round > 0 && !ws_incoming_wait_further(fd, since_ms)) {
      return -1;
    }
    ssize_t raw = ws_incoming_receive(fd, &cursor, NULL, 0, raw_flags, &asked);
    if (raw <= 0) {
      return raw;
    }
    bool ends;
    size_t produced = decode_preview(connection, &cursor, (size_t)raw, &ends);
    ws_incoming_clear(&cursor, (size_t)raw - produced);
    size_t total = ws_iov_total(iov, count);
    bool waits_for_more = waits && produced > 0 && produced < least;
    if (waits_for_more) {
      wait_for_payload(fd, connection, least, since_ms);
    }
    if (produced > 0 && produced < total && (waits_for_more || (size_t)raw == asked)) {
      size_t further = peek_further(fd, connection, iov, count);
      produced = further > produced ? further : produced;
      errno = saved;
    }
    if (produced > 0) {
      return (ssize_t)produced;
    }
    /* Nothing but overhead: take it out, so that the next look gets further. */
    ws_looking_settle(fd, connection);
    errno = saved;
  }
  return ws_incoming_result_at_end(connection);
}
