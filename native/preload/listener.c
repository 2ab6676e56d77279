#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <string.h>

#include "../core/limits.h"
#include "epoll-watch.h"
#include "log.h"
#include "opening.h"
#include "real.h"
#include "table.h"

#define LISTENERS_MAX 256

struct listener {
  _Atomic bool used;
  _Atomic bool nonblocking;
  struct ws_lock lock; /* while a connection is taken in advance, or handed out */
  _Atomic int waiting; /* descriptor + 1 of a connection taken in advance, 0 none */
  union ws_address waiting_peer;
  union ws_address address;
};

static struct listener listeners[LISTENERS_MAX];
static _Atomic int waiting_count;

/* The address of a listening socket on a wrapped port; its port in `*wrapped`. */
static bool local_address(int fd, union ws_address *address, bool *wrapped) {
  socklen_t len = sizeof *address;
  memset(address, 0, sizeof *address);
  if (getsockname(fd, &address->any, &len) != 0) {
    return false;
  }
  uint16_t port = ws_address_port(address);
  *wrapped = port != 0 && ws_config_has_port(&ws_process.config, port);
  return port != 0;
}

static bool is_stream_listener(int fd) {
  int listening = 0;
  int type = 0;
  socklen_t len = sizeof listening;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 || !listening) {
    return false;
  }
  len = sizeof type;
  return REAL(getsockopt)(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

static int take_index(void) {
  for (int i = 0; i < LISTENERS_MAX; i++) {
    bool expected = false;
    if (atomic_compare_exchange_strong(&listeners[i].used, &expected, true)) {
      return i;
    }
  }
  return -1;
}

/* Clients speak first: wake the program only when the request is there. One second is the least; a client that stays silent is
 * delivered after it, or when plain TCP has had its time to be told apart. */
static void defer(int fd) {
  int seconds = ws_process.config.also_tcp_seconds > 0 ? ws_process.config.also_tcp_seconds : 1;
  REAL(setsockopt)(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
}

static bool enter(int fd, const union ws_address *address) {
  int index = take_index();
  if (index < 0 || (unsigned)fd >= WS_TABLE_SIZE) {
    ws_log_reason(fd, "more listeners than can be wrapped");
    return false;
  }
  struct listener *listener = &listeners[index];
  defer(fd);
  listener->address = *address;
  atomic_store(&listener->nonblocking, (REAL(fcntl)(fd, F_GETFL) & O_NONBLOCK) != 0);
  atomic_store(&listener->waiting, 0);
  ws_table_enter_listener(fd, (uint32_t)index);
  return true;
}

/* A connection whose first bytes are waited for stays in the kernel's queue of those that are not complete, which is as long as
 * the backlog. When it is full, the kernel goes over to SYN cookies (tcp(7)) and reports connections before anything has come:
 * their clients would be taken for silent ones. */
int ws_listener_opens(int fd, int backlog) {
  int saved = errno;
  union ws_address address;
  bool wrapped = false;
  if (ws_process_active() && local_address(fd, &address, &wrapped) && wrapped) {
    defer(fd);
    backlog = INT_MAX;
  }
  errno = saved;
  return backlog;
}

void ws_listener_opened(int fd) {
  int saved = errno;
  union ws_address address;
  bool wrapped = false;
  if (ws_process_active() && is_stream_listener(fd) && local_address(fd, &address, &wrapped) &&
      ws_entry_kind(ws_table_get(fd)) != WS_KIND_LISTENER) {
    ws_table_reset(fd);
    wrapped = wrapped && enter(fd, &address);
    ws_state_add_listener(ws_process.state, ws_process.pid, ws_process.command, &address, wrapped);
    if (wrapped) {
      atomic_fetch_add(&ws_process.state->listening, 1);
      ws_log_listening(&address);
      ws_process_listens();
    }
  }
  errno = saved;
}

bool ws_listener_recognise(int fd) {
  union ws_address address;
  bool wrapped = false;
  return is_stream_listener(fd) && local_address(fd, &address, &wrapped) && wrapped && enter(fd, &address);
}

int ws_listener_index(int fd) {
  ws_entry entry = ws_table_get(fd);
  if (ws_entry_kind(entry) == WS_KIND_LISTENER) {
    return (int)ws_entry_slot(entry);
  }
  /* accept(2) is called on listeners only, so one that is not known was inherited. */
  int saved = errno;
  bool found = ws_process_active() && ws_entry_kind(entry) == WS_KIND_UNKNOWN && ws_listener_recognise(fd);
  if (!found && ws_process_active() && ws_entry_kind(entry) == WS_KIND_UNKNOWN) {
    ws_table_enter_foreign(fd);
  }
  if (found && atomic_load(&ws_process.state->listening) == 0) {
    union ws_address address;
    bool wrapped;
    atomic_fetch_add(&ws_process.state->listening, 1);
    if (local_address(fd, &address, &wrapped)) {
      ws_state_add_listener(ws_process.state, ws_process.pid, ws_process.command, &address, wrapped);
      ws_log_listening(&address);
    }
  }
  errno = saved;
  return found ? (int)ws_entry_slot(ws_table_get(fd)) : -1;
}

static int take_waiting(struct listener *listener) {
  int waiting = atomic_exchange(&listener->waiting, 0);
  if (waiting != 0) {
    atomic_fetch_sub(&waiting_count, 1);
  }
  return waiting - 1;
}

void ws_listener_drop(int fd, uint32_t index) {
  (void)fd;
  int waiting = take_waiting(&listeners[index]);
  atomic_store(&listeners[index].used, false);
  if (waiting >= 0) {
    close(waiting);
  }
}

void ws_listener_in_child(void) {
  for (int i = 0; i < LISTENERS_MAX; i++) {
    atomic_store(&listeners[i].lock.word, 0);
  }
  for (int i = 0; i < LISTENERS_MAX && atomic_load(&waiting_count) > 0; i++) {
    int waiting = atomic_load(&listeners[i].used) ? take_waiting(&listeners[i]) : -1;
    if (waiting >= 0) {
      close(waiting);
    }
  }
}

static struct listener *known(int fd) {
  ws_entry entry = ws_table_get(fd);
  return ws_entry_kind(entry) == WS_KIND_LISTENER ? &listeners[ws_entry_slot(entry)] : NULL;
}

void ws_listener_set_nonblocking(int fd, bool nonblocking) {
  struct listener *listener = known(fd);
  if (listener != NULL) {
    atomic_store(&listener->nonblocking, nonblocking);
  }
}

bool ws_listener_is_nonblocking(int fd) {
  struct listener *listener = known(fd);
  return listener == NULL || atomic_load(&listener->nonblocking);
}

bool ws_listener_has_waiting(int fd) {
  struct listener *listener = known(fd);
  return listener != NULL && atomic_load(&listener->waiting) != 0;
}

bool ws_listener_any_waiting(void) {
  return atomic_load(&waiting_count) > 0;
}

/* A program that is told of connections by a signal would not be told again. */
static bool has_other_things_to_do(int fd, const struct listener *listener) {
  return atomic_load(&listener->nonblocking) && !(REAL(fcntl)(fd, F_GETFL) & O_ASYNC);
}

/* The next good connection, or -1 with errno. */
static int accept_good(int fd, const struct listener *listener, int flags, union ws_address *peer) {
  for (int refused = 0;;) {
    if (refused == WS_REFUSALS_AT_A_TIME && has_other_things_to_do(fd, listener)) {
      ws_watch_rearm_listeners();
      errno = EAGAIN;
      return -1;
    }
    socklen_t len = sizeof *peer;
    memset(peer, 0, sizeof *peer);
    int connection = REAL(accept4)(fd, &peer->any, &len, flags);
    if (connection < 0) {
      if (errno == ECONNABORTED) {
        continue;
      }
      return -1;
    }
    ws_table_reset(connection);
    if (ws_opening_admit(connection, peer, &listener->address, (flags & SOCK_NONBLOCK) != 0)) {
      return connection;
    }
    refused++;
  }
}

void ws_listener_give_address(const union ws_address *peer, struct sockaddr *address, socklen_t *len) {
  if (address == NULL || len == NULL) {
    return;
  }
  socklen_t whole = peer->any.sa_family == AF_INET6 ? sizeof peer->v6 : sizeof peer->v4;
  memcpy(address, peer, *len < whole ? *len : whole);
  *len = whole;
}

/* A connection taken in advance was accepted without flags but close-on-exec. */
static void apply_flags(int fd, int flags) {
  REAL(fcntl)(fd, F_SETFD, flags & SOCK_CLOEXEC ? FD_CLOEXEC : 0);
  if (flags & SOCK_NONBLOCK) {
    fcntl(fd, F_SETFL, REAL(fcntl)(fd, F_GETFL) | O_NONBLOCK);
  }
}

/* Hands out the connection that was taken in advance, or -1. */
static int hand_out(struct listener *listener, union ws_address *peer) {
  if (atomic_load(&listener->waiting) == 0) {
    return -1;
  }
  bool owned = ws_lock_take(&listener->lock);
  *peer = listener->waiting_peer;
  int connection = take_waiting(listener);
  if (owned) {
    ws_lock_release(&listener->lock);
  }
  return connection;
}

int ws_listener_accept(int fd, uint32_t index, struct sockaddr *address, socklen_t *len, int flags) {
  struct listener *listener = &listeners[index];
  union ws_address peer;
  int connection = hand_out(listener, &peer);
  if (connection >= 0) {
    apply_flags(connection, flags);
  } else {
    connection = accept_good(fd, listener, flags, &peer);
  }
  if (connection >= 0) {
    ws_listener_give_address(&peer, address, len);
  }
  return connection;
}

static bool is_readable(int fd) {
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  return REAL(poll)(&readable, 1, 0) == 1 && (readable.revents & POLLIN);
}

/* True when the program's own accept would return at once: with a connection, or with an error that it shall see. */
static bool take_in_advance(int fd, struct listener *listener) {
  for (int refused = 0; is_readable(fd); refused++) {
    if (refused == WS_REFUSALS_AT_A_TIME) {
      /* Whoever waits will look at its other descriptors and its time first. */
      ws_watch_rearm_listeners();
      return false;
    }
    union ws_address peer;
    socklen_t len = sizeof peer;
    memset(&peer, 0, sizeof peer);
    int connection = REAL(accept4)(fd, &peer.any, &len, SOCK_CLOEXEC);
    if (connection < 0) {
      if (errno == ECONNABORTED) {
        continue;
      }
      return true;
    }
    ws_table_reset(connection);
    if (ws_opening_admit(connection, &peer, &listener->address, false)) {
      listener->waiting_peer = peer;
      atomic_store(&listener->waiting, connection + 1);
      atomic_fetch_add(&waiting_count, 1);
      return true;
    }
  }
  return false;
}

bool ws_listener_settle(int fd, uint32_t index) {
  struct listener *listener = &listeners[index];
  if (atomic_load(&listener->waiting) != 0 || !ws_lock_try(&listener->lock)) {
    return atomic_load(&listener->waiting) != 0;
  }
  int saved = errno;
  bool ready = atomic_load(&listener->waiting) != 0 || take_in_advance(fd, listener);
  errno = saved;
  ws_lock_release(&listener->lock);
  return ready;
}
