#define _GNU_SOURCE
#include "hooks.h"
#include "iov-cursor.h"
#include "passing.h"
#include "writing.h"

static ssize_t send_one(int fd, struct ws_connection *connection, const void *buffer, size_t len, int flags) {
  struct iovec iov = {(void *)(uintptr_t)buffer, len};
  return ws_writing_send(fd, connection, &iov, 1, flags);
}

static ssize_t send_foreign(int fd, const struct msghdr *message, int flags) {
  ws_passing_announce(message);
  ssize_t sent = REAL(sendmsg)(fd, message, flags);
  if (sent < 0) {
    ws_passing_withdraw(message);
  }
  return sent;
}

WS_EXPORT ssize_t write(int fd, const void *buffer, size_t len) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? send_one(fd, connection, buffer, len, 0) : REAL(write)(fd, buffer, len);
}

/* Unlike write(2), writev(2) of nothing does not fail. */
WS_EXPORT ssize_t writev(int fd, const struct iovec *iov, int count) {
  struct ws_connection *connection = count >= 0 ? ws_connection_of(fd) : NULL;
  return connection && ws_iov_total(iov, (size_t)count) > 0 ? ws_writing_send(fd, connection, iov, (size_t)count, 0)
                                                            : REAL(writev)(fd, iov, count);
}

WS_EXPORT ssize_t send(int fd, const void *buffer, size_t len, int flags) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? send_one(fd, connection, buffer, len, flags) : REAL(send)(fd, buffer, len, flags);
}

/* tcp(7): the address is ignored on a connected stream. */
WS_EXPORT ssize_t sendto(int fd, const void *buffer, size_t len, int flags, const struct sockaddr *address,
                         socklen_t address_len) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? send_one(fd, connection, buffer, len, flags)
                    : REAL(sendto)(fd, buffer, len, flags, address, address_len);
}

WS_EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  struct ws_connection *connection = ws_connection_of(fd);
  return connection ? ws_writing_send(fd, connection, message->msg_iov, message->msg_iovlen, flags)
                    : send_foreign(fd, message, flags);
}

ssize_t __write(int fd, const void *buffer, size_t len);
WS_EXPORT ssize_t __write(int fd, const void *buffer, size_t len) {
  return write(fd, buffer, len);
}

ssize_t __send(int fd, const void *buffer, size_t len, int flags);
WS_EXPORT ssize_t __send(int fd, const void *buffer, size_t len, int flags) {
  return send(fd, buffer, len, flags);
}
