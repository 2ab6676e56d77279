#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "hooks.h"
#include "listener.h"
#include "log.h"
#include "lowat.h"
#include "relayed.h"
#include "writing.h"

/* A wrapped port that cannot be bound is worth a line, unless the tree has it already: vncserver, for one, asks by bind
 * whether its server is up. */
static void tell_bind_failed(const struct sockaddr *address, socklen_t len, int error) {
  union ws_address copy;
  memset(&copy, 0, sizeof copy);
  memcpy(&copy, address, len < sizeof copy ? len : sizeof copy);
  uint16_t port = ws_address_port(&copy);
  if (ws_config_has_port(&ws_process.config, port) && !ws_state_listens(ws_process.state, port)) {
    ws_log_bind_failed(&copy, error);
  }
}

static int bind_and_tell(int fd, const struct sockaddr *address, socklen_t len) {
  int result = REAL(bind)(fd, address, len);
  if (result != 0 && ws_process_active() && address != NULL && len >= sizeof(struct sockaddr_in)) {
    int saved = errno;
    tell_bind_failed(address, len, saved);
    errno = saved;
  }
  return result;
}

static int listen_and_wrap(int fd, int backlog) {
  int result = REAL(listen)(fd, ws_listener_opens(fd, backlog));
  if (result == 0) {
    ws_listener_opened(fd);
  }
  return result;
}

/* The kernel has just given these numbers to something new. */
static int fresh(int fd) {
  if (fd >= 0) {
    ws_table_reset(fd);
  }
  return fd;
}

WS_EXPORT int bind(int fd, const struct sockaddr *address, socklen_t len) {
  return bind_and_tell(fd, address, len);
}

WS_EXPORT int listen(int fd, int backlog) {
  return listen_and_wrap(fd, backlog);
}

WS_EXPORT int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict len) {
  int index = ws_listener_index(fd);
  return index >= 0 ? ws_listener_accept(fd, (uint32_t)index, address, len, 0) : fresh(REAL(accept)(fd, address, len));
}

WS_EXPORT int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags) {
  int index = ws_listener_index(fd);
  return index >= 0 ? ws_listener_accept(fd, (uint32_t)index, address, len, flags)
                    : fresh(REAL(accept4)(fd, address, len, flags));
}

WS_EXPORT int socket(int domain, int type, int protocol) {
  return fresh(REAL(socket)(domain, type, protocol));
}

WS_EXPORT int socketpair(int domain, int type, int protocol, int pair[2]) {
  int result = REAL(socketpair)(domain, type, protocol, pair);
  if (result == 0) {
    fresh(pair[0]);
    fresh(pair[1]);
  }
  return result;
}

WS_EXPORT int shutdown(int fd, int how) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? ws_writing_shutdown(fd, connection, how) : REAL(shutdown)(fd, how);
}

/* The address that accept told; a trusted proxy, or the relay, may stand in between. */
static bool tell_client(int fd, struct sockaddr *address, socklen_t *len) {
  if (address == NULL || len == NULL) {
    return false;
  }
  struct ws_connection *connection = ws_connection_of(fd);
  union ws_address peer;
  int saved = errno;
  bool proxied = connection != NULL && connection->proxied;
  if (proxied || (connection == NULL && ws_relayed_peer(fd, &peer))) {
    ws_listener_give_address(proxied ? &connection->peer : &peer, address, len);
    proxied = true;
  }
  errno = saved;
  return proxied;
}

WS_EXPORT int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict len) {
  return tell_client(fd, address, len) ? 0 : REAL(getpeername)(fd, address, len);
}

/* An error that the library met first is still the socket's error. */
static bool tell_kept_error(int fd, int level, int option, void *value, const socklen_t *len) {
  struct ws_connection *connection = level == SOL_SOCKET && option == SO_ERROR ? ws_connection_of(fd) : NULL;
  int kept = connection != NULL && value != NULL && len != NULL && *len >= sizeof kept
                 ? atomic_exchange(&connection->kept_errno, 0)
                 : 0;
  if (kept != 0) {
    memcpy(value, &kept, sizeof kept);
  }
  return kept != 0;
}

/* After the kernel has told its value of SO_RCVLOWAT, which for a connection is ours. */
static void tell_lowat(int fd, void *value, socklen_t len) {
  struct ws_connection *connection = ws_connection_of(fd);
  int lowat = connection != NULL ? (int)ws_lowat_of(connection) : 1;
  if (connection != NULL) {
    memcpy(value, &lowat, len < sizeof lowat ? len : sizeof lowat);
  }
}

WS_EXPORT int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict len) {
  if (tell_kept_error(fd, level, option, value, len)) {
    return 0;
  }
  int result = REAL(getsockopt)(fd, level, option, value, len);
  if (result == 0 && level == SOL_SOCKET && option == SO_RCVLOWAT) {
    tell_lowat(fd, value, *len);
  }
  return result;
}

WS_EXPORT int setsockopt(int fd, int level, int option, const void *value, socklen_t len) {
  int result = REAL(setsockopt)(fd, level, option, value, len);
  if (result == 0 && level == SOL_SOCKET && option == SO_RCVLOWAT) {
    ws_lowat_changed(fd);
  }
  return result;
}

int __socket(int domain, int type, int protocol);
WS_EXPORT int __socket(int domain, int type, int protocol) {
  return socket(domain, type, protocol);
}
