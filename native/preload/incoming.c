#define _GNU_SOURCE
#include "incoming.h"

#include <errno.h>
#include <string.h>

#include "guard.h"
#include "heartbeat.h"
#include "lifetime.h"
#include "progress.h"
#include "real.h"
#include "replies.h"
#include "socket-timeout.h"
#include "table.h"

static bool wait_until_readable(int fd, int64_t left_ms) {
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  int ready;
  WS_BLOCKING(ready, REAL(poll)(&readable, 1, left_ms > INT32_MAX ? INT32_MAX : left_ms > 0 ? (int)left_ms : 0));
  if (ready == 0) {
    errno = EAGAIN;
  }
  return ready > 0;
}

bool ws_incoming_wait_further(int fd, int64_t since_ms) {
  if (ws_process.sandboxed) {
    return true;
  }
  int64_t limit_ms = ws_socket_timeout_ms(fd, SO_RCVTIMEO);
  return limit_ms < 0 || wait_until_readable(fd, since_ms + limit_ms - ws_now_roughly_ms());
}

bool ws_incoming_wait_readable(int fd, int64_t since_ms) {
  int64_t limit_ms = ws_socket_timeout_ms(fd, SO_RCVTIMEO);
  return wait_until_readable(fd, limit_ms < 0 ? INT64_MAX : since_ms + limit_ms - ws_now_roughly_ms());
}

bool ws_incoming_ended(struct ws_connection *connection) {
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

static void act_on(int fd, struct ws_connection *connection, const struct ws_decoder *decoder, enum ws_event event) {
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

size_t ws_incoming_decode(int fd, struct ws_connection *connection, struct ws_iov_cursor *out, size_t raw,
                          const uint8_t *surplus) {
  struct ws_iov_cursor in = *out;
  size_t produced = 0;
  size_t whole = raw;
  struct ws_decoder decoder;
  ws_state_decoder_get(ws_process.state, connection, &decoder);
  ws_heartbeat_heard(connection);
  while (raw > 0 && !ws_incoming_ended(connection)) {
    struct iovec from = ws_iov_cursor_here(&in);
    struct iovec to = ws_iov_cursor_here(out);
    bool beyond = from.iov_len == 0;
    size_t len = beyond || from.iov_len >= raw ? raw : from.iov_len;
    uint8_t headers[WS_DECODE_BEYOND];
    if (to.iov_len == 0) {
      /* At the vector's end only headers are left, for which this is no more than a place. */
      to.iov_base = headers;
    } else if (to.iov_len < len) {
      /* Only where the vector's parts differ in length can the output have less room than the input is long. */
      len = to.iov_len;
    }
    struct ws_decoded decoded = ws_decode(&decoder, beyond ? surplus : from.iov_base, len, to.iov_base);
    if (beyond) {
      surplus += decoded.consumed;
    } else {
      ws_iov_cursor_advance(&in, decoded.consumed);
    }
    ws_iov_cursor_advance(out, decoded.produced);
    produced += decoded.produced;
    raw -= decoded.consumed;
    if (decoded.event != WS_EVENT_NONE) {
      ws_state_decoder_put(ws_process.state, connection, &decoder);
      act_on(fd, connection, &decoder, decoded.event);
    }
  }
  ws_state_decoder_put(ws_process.state, connection, &decoder);
  if (produced > 0) {
    ws_idle_moved(connection);
  }
  ws_progress_noted(connection, whole);
  return produced;
}

void ws_incoming_clear(const struct ws_iov_cursor *cursor, size_t len) {
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

ssize_t ws_incoming_result_at_end(struct ws_connection *connection) {
  if (atomic_exchange(&connection->reset, false)) {
    errno = ECONNRESET;
    return -1;
  }
  return 0;
}

static ssize_t receive_parts(int fd, struct iovec *part, size_t parts, int flags) {
  if (ws_process.sandboxed) {
    return parts == 1 ? REAL(read)(fd, part->iov_base, part->iov_len) : REAL(readv)(fd, part, (int)parts);
  }
  if (parts == 1) {
    return REAL(recv)(fd, part->iov_base, part->iov_len, flags);
  }
  struct msghdr message = {.msg_iov = part, .msg_iovlen = parts};
  return REAL(recvmsg)(fd, &message, flags);
}

ssize_t ws_incoming_receive(int fd, const struct ws_iov_cursor *cursor, uint8_t *surplus, size_t beyond, int flags,
                            size_t *asked) {
  struct iovec part[WS_IOV_PARTS + 1];
  size_t parts = ws_iov_cursor_parts(cursor, part, WS_IOV_PARTS, asked);
  /* With that many parts there may be more of them. */
  if (beyond > 0 && parts < WS_IOV_PARTS) {
    part[parts++] = (struct iovec){surplus, beyond};
    *asked += beyond;
  }
  if (flags & MSG_DONTWAIT) {
    return receive_parts(fd, part, parts, flags);
  }
  ssize_t received;
  WS_BLOCKING(received, receive_parts(fd, part, parts, flags));
  return received;
}

void ws_incoming_keep_error(struct ws_connection *connection, int error) {
  if (error != 0 && error != EAGAIN && error != EINTR) {
    atomic_store(&connection->kept_errno, error);
  }
}

void ws_incoming_wake_again(int fd) {
  int lowat = 1;
  socklen_t len = sizeof lowat;
  /* Setting this makes the kernel signal what is there, also to an edge-triggered set (tcp_set_rcvlowat). */
  if (REAL(getsockopt)(fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, &len) == 0) {
    REAL(setsockopt)(fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, sizeof lowat);
  }
}
