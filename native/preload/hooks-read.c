#define _GNU_SOURCE
#include "hooks.h"
#include "iov-cursor.h"
#include "passing.h"
#include "reading.h"

static ssize_t receive_one(int fd, struct ws_connection *connection, void *buffer, size_t len, int flags) {
  struct iovec iov = {buffer, len};
  return ws_reading_receive(fd, connection, &iov, 1, flags);
}

static ssize_t receive_message(int fd, struct ws_connection *connection, struct msghdr *message, int flags) {
  ssize_t received = ws_reading_receive(fd, connection, message->msg_iov, message->msg_iovlen, flags);
  if (received >= 0) {
    message->msg_namelen = 0;
    message->msg_controllen = 0;
    message->msg_flags = 0;
  }
  return received;
}

static ssize_t receive_foreign(int fd, struct msghdr *message, int flags) {
  ssize_t received = REAL(recvmsg)(fd, message, flags);
  if (received >= 0) {
    ws_passing_arrived(message, flags);
  }
  return received;
}

static ssize_t receive_from(int fd, struct ws_connection *connection, void *buffer, size_t len, int flags,
                            socklen_t *address_len) {
  ssize_t received = receive_one(fd, connection, buffer, len, flags);
  /* tcp(7): a connected stream has no source address per message. */
  if (received >= 0 && address_len != NULL) {
    *address_len = 0;
  }
  return received;
}

/* Unlike recv(2), read(2) of nothing is over at once. */
WS_EXPORT ssize_t read(int fd, void *buffer, size_t len) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection && len > 0 ? receive_one(fd, connection, buffer, len, 0) : REAL(read)(fd, buffer, len);
}

WS_EXPORT ssize_t readv(int fd, const struct iovec *iov, int count) {
  struct ws_connection *connection = count >= 0 ? ws_connection_of(fd) : NULL;
  return connection && ws_iov_total(iov, (size_t)count) > 0 ? ws_reading_receive(fd, connection, iov, (size_t)count, 0)
                                                            : REAL(readv)(fd, iov, count);
}

WS_EXPORT ssize_t recv(int fd, void *buffer, size_t len, int flags) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? receive_one(fd, connection, buffer, len, flags) : REAL(recv)(fd, buffer, len, flags);
}

WS_EXPORT ssize_t recvfrom(int fd, void *restrict buffer, size_t len, int flags, struct sockaddr *restrict address,
                           socklen_t *restrict address_len) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? receive_from(fd, connection, buffer, len, flags, address ? address_len : NULL)
                    : REAL(recvfrom)(fd, buffer, len, flags, address, address_len);
}

WS_EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? receive_message(fd, connection, message, flags) : receive_foreign(fd, message, flags);
}

ssize_t __read_chk(int fd, void *buffer, size_t len, size_t size);
WS_EXPORT ssize_t __read_chk(int fd, void *buffer, size_t len, size_t size) {
  ws_check_fits(len, size);
  return read(fd, buffer, len);
}

ssize_t __recv_chk(int fd, void *buffer, size_t len, size_t size, int flags);
WS_EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t len, size_t size, int flags) {
  ws_check_fits(len, size);
  return recv(fd, buffer, len, flags);
}

ssize_t __recvfrom_chk(int fd, void *buffer, size_t len, size_t size, int flags, struct sockaddr *address,
                       socklen_t *address_len);
WS_EXPORT ssize_t __recvfrom_chk(int fd, void *buffer, size_t len, size_t size, int flags, struct sockaddr *address,
                                 socklen_t *address_len) {
  ws_check_fits(len, size);
  return recvfrom(fd, buffer, len, flags, address, address_len);
}

ssize_t __read(int fd, void *buffer, size_t len);
WS_EXPORT ssize_t __read(int fd, void *buffer, size_t len) {
  return read(fd, buffer, len);
}
