#define _GNU_SOURCE
#include "opening.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "arrival.h"
#include "guard.h"
#include "heartbeat.h"
#include "holders.h"
#include "incoming.h"
#include "lifetime.h"
#include "log.h"
#include "lowat.h"
#include "opening-deadlines.h"
#include "progress.h"
#include "real.h"
#include "recorder-link.h"
#include "relay-link.h"
#include "relayed.h"
#include "replies.h"
#include "restart.h"
#include "socket-timeout.h"
#include "table.h"
#include "writing.h"

/* A browser's request is well below this; a longer one is read into memory mapped for the purpose, since a thread of the
 * program may have a small stack. */
#define FIRST_LOOK 2048
#define LONGEST_LOOK (WS_HEAD_BYTES_MAX + WS_KEY3_BYTES)

/* True when the whole answer went out. It fits: nothing has been sent on this connection before. */
static bool send_answer(int fd, const struct ws_handshake *handshake) {
  if (handshake->answer_spans == 0) {
    return true;
  }
  struct msghdr message = {.msg_iov = (struct iovec *)handshake->answer, .msg_iovlen = handshake->answer_spans};
  ssize_t sent = REAL(sendmsg)(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent >= 0 && (size_t)sent == ws_handshake_answer_len(handshake);
}

static void end(int fd, struct ws_connection *connection) {
  ws_lifetime_drain(fd);
  REAL(shutdown)(fd, SHUT_RDWR);
  atomic_store(&connection->write_closed, true);
  atomic_store(&connection->phase, WS_PHASE_ENDED);
  ws_lowat_lower(fd, connection);
}

static void refuse(int fd, struct ws_connection *connection, const struct ws_handshake *handshake) {
  send_answer(fd, handshake);
  connection->refused = true;
  ws_log_refused(connection, handshake->refusal, handshake);
  end(fd, connection);
}

static void refuse_for(int fd, struct ws_connection *connection, enum ws_refusal refusal) {
  struct ws_handshake handshake = {.verdict = WS_VERDICT_REFUSE};
  ws_handshake_refuse(refusal, &handshake);
  refuse(fd, connection, &handshake);
}

/* The program is told what it would be told without us: the error that has been met, or 0 and the socket knows. */
static void client_left(int fd, struct ws_connection *connection, int error) {
  socklen_t len = sizeof error;
  if (error == 0) {
    REAL(getsockopt)(fd, SOL_SOCKET, SO_ERROR, &error, &len);
  }
  if (error != EPIPE) {
    ws_incoming_keep_error(connection, error);
  }
  refuse_for(fd, connection, WS_REFUSAL_CLIENT_LEFT);
}

/* Takes the request, which `bytes` already shows and to which the handshake points, out of the kernel's buffer. */
static bool take_request(int fd, uint8_t *bytes, size_t len) {
  return REAL(recv)(fd, bytes, len, MSG_DONTWAIT) == (ssize_t)len;
}

static void open_connection(int fd, struct ws_connection *connection, uint8_t *bytes,
                            const struct ws_handshake *handshake) {
  connection->proxied = ws_trust_apply(&ws_process.trust, &connection->peer, bytes, handshake->consumed);
  errno = 0;
  bool taken = take_request(fd, bytes, handshake->consumed);
  bool answered = taken && send_answer(fd, handshake);
  /* A program that has the connection already may read what the client sent before it left, as from any socket. */
  if (!taken || (!answered && connection->peeked == 0)) {
    client_left(fd, connection, errno);
    return;
  }
  if (!answered && errno != EPIPE) {
    ws_incoming_keep_error(connection, errno);
  }
  ws_lowat_lower(fd, connection);
  ws_encoder_init(&connection->encoder, handshake->dialect, handshake->encoding);
  connection->opened = true;
  /* Another thread may look for what is due as soon as it is open. */
  ws_heartbeat_opened(connection);
  ws_progress_noted(connection, handshake->consumed);
  atomic_store(&connection->phase, WS_PHASE_OPEN);
  ws_log_opened(connection, handshake);
  ws_recorder_link_opened(connection, handshake);
  /* What the program wrote meanwhile, and the Close if it has shut down. */
  ws_replies_flush(fd, connection);
}

void ws_opening_abandon(int fd, struct ws_connection *connection) {
  refuse_for(fd, connection, WS_REFUSAL_ABANDONED);
}

static void answer(int fd, struct ws_connection *connection, const struct ws_handshake *handshake,
                   enum ws_arrival arrival) {
  send_answer(fd, handshake);
  connection->refused = true;
  ws_log_arrival(connection, arrival);
  end(fd, connection);
}

/* The course that is taken in the end. */
static enum ws_course hand_over(int fd, struct ws_connection *connection, enum ws_arrival arrival) {
  struct ws_hand_over message = {.kind = WS_HAND_OVER_NEW, .peer = connection->peer, .loopback = connection->loopback};
  if (ws_relay_link_send(&message, &fd, 1)) {
    ws_log_arrival(connection, arrival);
    return WS_COURSE_HAND_OVER;
  }
  struct ws_handshake handshake;
  ws_handshake_refuse(WS_REFUSAL_NO_RELAY, &handshake);
  if (arrival == WS_ARRIVAL_TLS) {
    handshake.answer_spans = 0;
  }
  refuse(fd, connection, &handshake);
  return WS_COURSE_REFUSE;
}

/* Acts on the bytes seen so far, as far as the course can be taken by one who has the descriptor only; the rest is the
 * caller's. `early`: the program has not got the connection yet. */
static enum ws_course decide(int fd, struct ws_connection *connection, uint8_t *bytes, size_t len, bool early) {
  const struct ws_config *config = &ws_process.config;
  struct ws_arrival_rules rules = {.policy = config->policy,
                                   .tls = config->tls,
                                   .web = config->web,
                                   .also_tcp = config->also_tcp_seconds > 0,
                                   .secure_only = config->secure_only,
                                   .early = early};
  struct ws_handshake handshake;
  rules.policy.loopback = connection->loopback;
  enum ws_arrival arrival = ws_arrival_judge(bytes, len, &rules, &handshake);
  enum ws_course course = ws_arrival_course(arrival);
  switch (course) {
    case WS_COURSE_IN_PLACE:
      open_connection(fd, connection, bytes, &handshake);
      break;
    case WS_COURSE_ANSWER:
      answer(fd, connection, &handshake, arrival);
      break;
    case WS_COURSE_REFUSE:
      refuse(fd, connection, &handshake);
      break;
    case WS_COURSE_HAND_OVER:
      course = hand_over(fd, connection, arrival);
      break;
    case WS_COURSE_PASS:
      ws_log_arrival(connection, arrival);
      break;
    default:
      break;
  }
  return course;
}

static bool hung_up(int fd) {
  struct pollfd watched = {.fd = fd, .events = POLLRDHUP};
  return REAL(poll)(&watched, 1, 0) == 1;
}

/* The bytes do not suffice: wake up when there are more of them. */
static void wait_for_more(int fd, struct ws_connection *connection, uint32_t len) {
  if (len == connection->peeked && hung_up(fd)) {
    client_left(fd, connection, 0);
    return;
  }
  if (len != connection->peeked) {
    if (!ws_lowat_raise(fd, connection, len)) {
      refuse_for(fd, connection, WS_REFUSAL_TOO_LARGE);
      return;
    }
    /* What came, or ended, before the threshold was raised has had its wake-up. */
    if (hung_up(fd)) {
      client_left(fd, connection, 0);
    }
  }
}

static enum ws_course look_further(int fd, struct ws_connection *connection, bool early) {
  enum ws_course course = WS_COURSE_REFUSE;
  uint8_t *bytes = mmap(NULL, LONGEST_LOOK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) {
    refuse_for(fd, connection, WS_REFUSAL_BUSY);
    return course;
  }
  ssize_t len = REAL(recv)(fd, bytes, LONGEST_LOOK, MSG_PEEK | MSG_DONTWAIT);
  if (len > 0) {
    course = decide(fd, connection, bytes, (size_t)len, early);
  }
  if (course == WS_COURSE_WAIT) {
    wait_for_more(fd, connection, (uint32_t)len);
  }
  munmap(bytes, LONGEST_LOOK);
  return course;
}

/* Nothing is there: the client waits for the program to speak, or has left. */
static enum ws_course look_at_silence(int fd, struct ws_connection *connection, bool early, bool left, int error) {
  uint8_t none[1];
  if (left && (!early || ws_process.config.also_tcp_seconds == 0)) {
    client_left(fd, connection, error);
    return WS_COURSE_REFUSE;
  }
  return early ? decide(fd, connection, none, 0, early) : WS_COURSE_WAIT;
}

static enum ws_course look(int fd, struct ws_connection *connection, bool early) {
  uint8_t bytes[FIRST_LOOK];
  ssize_t len = REAL(recv)(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  if (len <= 0) {
    bool left = len == 0 || (errno != EAGAIN && errno != EINTR);
    return look_at_silence(fd, connection, early, left, len < 0 ? errno : 0);
  }
  if ((size_t)len == sizeof bytes) {
    return look_further(fd, connection, early);
  }
  enum ws_course course = decide(fd, connection, bytes, (size_t)len, early);
  if (course == WS_COURSE_WAIT) {
    wait_for_more(fd, connection, (uint32_t)len);
  }
  return course;
}

enum ws_phase ws_opening_step_held(int fd, struct ws_connection *connection) {
  if (atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE) {
    int saved = errno;
    look(fd, connection, false);
    if (atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE && ws_now_ms() >= connection->deadline_ms) {
      refuse_for(fd, connection, WS_REFUSAL_TIMEOUT);
    }
    if (atomic_load(&connection->phase) != WS_PHASE_HANDSHAKE) {
      ws_deadlines_remove(fd);
    }
    errno = saved;
  }
  return atomic_load(&connection->phase);
}

enum ws_phase ws_opening_step(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ)) {
    ws_opening_step_held(fd, connection);
  }
  return atomic_load(&connection->phase);
}

bool ws_opening_wait_held(int fd, struct ws_connection *connection, int option) {
  int64_t limit_ms = ws_socket_timeout_ms(fd, option);
  int64_t end_ms = limit_ms >= 0 ? ws_now_ms() + limit_ms : INT64_MAX;
  while (ws_opening_step_held(fd, connection) == WS_PHASE_HANDSHAKE) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    int64_t now_ms = ws_now_ms();
    int64_t until_ms = connection->deadline_ms < end_ms ? connection->deadline_ms : end_ms;
    if (now_ms >= end_ms) {
      errno = EAGAIN;
      return false;
    }
    int ready;
    WS_BLOCKING(ready, REAL(poll)(&readable, 1, until_ms > now_ms ? (int)(until_ms - now_ms) : 0));
    if (ready < 0 && (errno != EINTR || limit_ms >= 0 || ws_signals() != WS_SIGNALS_RESTART)) {
      return false;
    }
  }
  return true;
}

/* With each new connection a few slots are looked at, lest those of killed processes add up; all when there is none left. */
#define SWEEP_STEP 4

static uint32_t open_slot(struct ws_state *state, uint64_t cookie) {
  ws_holders_sweep(SWEEP_STEP);
  uint32_t slot = ws_state_open(state, cookie, ws_process.pid);
  if (slot == WS_NO_SLOT) {
    ws_holders_sweep(WS_STATE_CONNECTIONS);
    slot = ws_state_open(state, cookie, ws_process.pid);
  }
  return slot;
}

static uint32_t slot_for(int fd) {
  uint64_t cookie = 0;
  socklen_t len = sizeof cookie;
  bool known = (unsigned)fd < WS_TABLE_SIZE && REAL(getsockopt)(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0;
  return known ? open_slot(ws_process.state, cookie) : WS_NO_SLOT;
}

static enum ws_course first_look(int fd, struct ws_connection *connection) {
  WS_GUARD guard;
  enum ws_course course = WS_COURSE_WAIT;
  int saved = errno;
  /* A child of another thread's fork may have come first. */
  if (ws_guard_try(&guard, fd, connection, WS_SIDE_READ) && atomic_load(&connection->phase) == WS_PHASE_HANDSHAKE) {
    course = look(fd, connection, true);
  }
  errno = saved;
  return course;
}

/* The program never sees it. */
static bool turn_away(int fd) {
  ws_lifetime_discard(fd);
  REAL(close)(fd);
  return false;
}

static bool admit_new(int fd, struct ws_connection *connection) {
  enum ws_course course = first_look(fd, connection);
  if (course == WS_COURSE_PASS) {
    ws_lowat_give_back(fd, connection);
    ws_lifetime_discard(fd);
    ws_table_enter_foreign(fd);
    return true;
  }
  enum ws_phase phase = atomic_load(&connection->phase);
  if (course == WS_COURSE_HAND_OVER || (phase == WS_PHASE_ENDED && !connection->opened)) {
    return turn_away(fd);
  }
  if (phase == WS_PHASE_HANDSHAKE && !ws_deadlines_add(fd, connection->deadline_ms)) {
    refuse_for(fd, connection, WS_REFUSAL_BUSY);
    return turn_away(fd);
  }
  return true;
}

static bool admit(int fd, union ws_address *peer, const union ws_address *listener, bool nonblocking) {
  if (ws_relayed_welcome(fd, peer)) {
    ws_table_enter_foreign(fd);
    return true;
  }
  uint16_t port = ws_address_port(listener);
  uint32_t slot = slot_for(fd);
  if (slot == WS_NO_SLOT) {
    struct ws_connection unknown = {.port = port, .peer = *peer};
    refuse_for(fd, &unknown, WS_REFUSAL_BUSY);
    REAL(close)(fd);
    return false;
  }
  struct ws_connection *connection = &ws_process.state->connections[slot];
  connection->peer = *peer;
  connection->port = port;
  connection->loopback = ws_address_is_loopback(listener);
  connection->nonblocking = nonblocking;
  connection->accepted_ms = ws_now_ms();
  connection->deadline_ms = connection->accepted_ms + ws_process.config.handshake_timeout_ms;
  ws_table_enter(fd, slot);
  ws_lowat_inherit(fd, connection);
  bool admitted = admit_new(fd, connection);
  if (admitted && ws_entry_kind(ws_table_get(fd)) == WS_KIND_CONNECTION) {
    *peer = connection->peer;
  }
  return admitted;
}

bool ws_opening_admit(int fd, union ws_address *peer, const union ws_address *listener, bool nonblocking) {
  int before;
  /* The descriptor would have no owner if the thread were cancelled in between. */
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  bool admitted = admit(fd, peer, listener, nonblocking);
  pthread_setcancelstate(before, NULL);
  return admitted;
}

int64_t ws_opening_next_deadline(void) {
  return ws_deadlines_next();
}

void ws_opening_forget(int fd) {
  ws_deadlines_remove(fd);
}

void ws_opening_expire(void) {
  int fd;
  while ((fd = ws_deadlines_take_expired(ws_now_ms())) >= 0) {
    struct ws_connection *connection = ws_connection_of(fd);
    if (connection != NULL) {
      ws_opening_step(fd, connection);
    }
  }
}
