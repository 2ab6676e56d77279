#define _GNU_SOURCE
#include "replies.h"

#include <errno.h>
#include <string.h>

#include "guard.h"
#include "incoming.h"
#include "process.h"
#include "real.h"
#include "writing.h"

static uint8_t *payload_of(const struct ws_connection *connection) {
  struct ws_state *state = ws_process.state;
  return state->reply_payloads[connection - state->connections];
}

static void put(struct ws_connection *connection, uint8_t kind, uint16_t code, const uint8_t *payload, size_t len) {
  struct ws_reply *reply = &connection->reply;
  bool owned = ws_lock_take(&reply->lock);
  if (reply->kind != WS_REPLY_CLOSE) {
    reply->kind = kind;
    reply->code = code;
    reply->len = (uint8_t)len;
    if (len > 0) {
      memcpy(payload_of(connection), payload, len);
    }
  }
  if (kind == WS_REPLY_CLOSE) {
    /* After the Close is in place: whoever sees this and no Close here takes it for sent. */
    atomic_store(&connection->write_closed, true);
  }
  atomic_store(&connection->reply_due, true);
  if (owned) {
    ws_lock_release(&reply->lock);
  }
}

void ws_replies_pong(int fd, struct ws_connection *connection, const uint8_t *payload, size_t len) {
  if (!atomic_load(&connection->write_closed)) {
    put(connection, WS_REPLY_PONG, 0, payload, len);
    ws_replies_flush(fd, connection);
  }
}

void ws_replies_close(int fd, struct ws_connection *connection, uint16_t code) {
  if (!atomic_load(&connection->write_closed)) {
    put(connection, WS_REPLY_CLOSE, code, NULL, 0);
    ws_replies_flush(fd, connection);
  }
}

void ws_replies_flush(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  /* Leaving the guard's scope sends. */
  (void)ws_guard_try(&guard, fd, connection, WS_SIDE_WRITE);
}

void ws_replies_flush_last(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  guard.last = ws_guard_try(&guard, fd, connection, WS_SIDE_WRITE);
}

/* Hands the reply to the encoder, unless that is in the middle of another control frame. */
static bool queue(struct ws_connection *connection) {
  struct ws_reply *reply = &connection->reply;
  bool owned = ws_lock_take(&reply->lock);
  bool queued = true;
  if (reply->kind == WS_REPLY_PONG) {
    queued = ws_encoder_pong(&connection->encoder, payload_of(connection), reply->len);
  } else if (reply->kind == WS_REPLY_CLOSE) {
    queued = ws_encoder_close(&connection->encoder, reply->code);
  }
  if (queued) {
    reply->kind = WS_REPLY_NONE;
    atomic_store(&connection->reply_due, false);
  }
  if (owned) {
    ws_lock_release(&reply->lock);
  }
  return queued;
}

/* One frame's worth of what is pending. True when the kernel took it all. The end of our direction follows a Close at once, and
 * goes into the same packet. */
static bool send_pending(int fd, struct ws_connection *connection) {
  int more = atomic_load(&connection->write_closed) ? MSG_MORE : 0;
  struct ws_plan plan;
  ws_encode_plan(&connection->encoder, NULL, 0, NULL, 0, &plan);
  if (plan.span_count == 0) {
    return true;
  }
  struct msghdr message = {.msg_iov = (struct iovec *)plan.spans, .msg_iovlen = plan.span_count};
  ssize_t sent = ws_process.sandboxed ? REAL(writev)(fd, message.msg_iov, (int)plan.span_count)
                                      : REAL(sendmsg)(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL | more);
  if (sent < 0) {
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) {
      return false;
    }
    /* A dead socket owes nothing any more. EPIPE is what each send would say; another error the kernel tells once. */
    if (errno != EPIPE) {
      ws_incoming_keep_error(connection, errno);
    }
    return true;
  }
  ws_encode_commit(&connection->encoder, &plan, (size_t)sent);
  return (size_t)sent == plan.wire_len;
}

static void shutdown_write(int fd, struct ws_connection *connection) {
  if (!connection->half_closed) {
    connection->half_closed = true;
    REAL(shutdown)(fd, SHUT_WR);
  }
}

bool ws_replies_send(int fd, struct ws_connection *connection) {
  int saved = errno;
  bool done = false;
  if (atomic_load(&connection->phase) != WS_PHASE_HANDSHAKE) {
    done = ws_writing_send_kept(fd, connection, MSG_DONTWAIT) && queue(connection) && send_pending(fd, connection);
    if (!done && connection->kept_len == 0 && queue(connection)) {
      done = send_pending(fd, connection);
    }
    if (atomic_load(&connection->write_closed) && connection->reply.kind != WS_REPLY_CLOSE &&
        connection->kept_len == 0 &&
        (ws_encoder_close_sent(&connection->encoder) || ws_encoder_frame_open(&connection->encoder))) {
      /* The Close is out, or can never be sent because the program left a frame unfinished. */
      shutdown_write(fd, connection);
      done = true;
    }
  }
  if (!done) {
    atomic_store(&connection->reply_due, true);
  }
  errno = saved;
  return done;
}
