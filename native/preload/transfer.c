#define _GNU_SOURCE
#include "transfer.h"

#include <errno.h>
#include <limits.h>

#include "reading.h"
#include "real.h"
#include "writing.h"

/* splice(2): SPLICE_F_NONBLOCK is for the pipe; the socket waits or not as its own flags say. */

/* On the stack of a program's thread. */
#define STEP 16384

ssize_t ws_transfer_file(int to, struct ws_connection *connection, int from, off_t *offset, size_t len) {
  uint8_t buffer[STEP];
  off_t at = offset != NULL ? *offset : lseek(from, 0, SEEK_CUR);
  size_t sent = 0;
  if (at < 0) {
    /* sendfile(2): in_fd must support mmap-like operations; a pipe or socket does not. */
    errno = EINVAL;
    return -1;
  }
  while (sent < len) {
    size_t step = len - sent < sizeof buffer ? len - sent : sizeof buffer;
    ssize_t got = pread(from, buffer, step, at);
    if (got <= 0) {
      if (got < 0 && sent == 0) {
        return -1;
      }
      break;
    }
    struct iovec iov = {buffer, (size_t)got};
    ssize_t taken = ws_writing_send(to, connection, &iov, 1, 0);
    if (taken < 0) {
      if (sent == 0) {
        return -1;
      }
      break;
    }
    sent += (size_t)taken;
    at += taken;
    if (taken < got) {
      break;
    }
  }
  if (offset != NULL) {
    *offset = at;
  } else {
    lseek(from, at, SEEK_SET);
  }
  return (ssize_t)sent;
}

/* Copies what is in the pipe without taking it out. */
static ssize_t look_into(int pipe, void *buffer, size_t len, unsigned flags) {
  int copy[2];
  if (pipe2(copy, O_CLOEXEC) != 0) {
    return -1;
  }
  ssize_t looked = tee(pipe, copy[1], len, flags & SPLICE_F_NONBLOCK);
  if (looked > 0) {
    looked = REAL(read)(copy[0], buffer, (size_t)looked);
  }
  int saved = errno;
  REAL(close)(copy[0]);
  REAL(close)(copy[1]);
  errno = saved;
  return looked;
}

ssize_t ws_transfer_from_pipe(int to, struct ws_connection *connection, int pipe, size_t len, unsigned flags) {
  uint8_t buffer[STEP];
  ssize_t looked = look_into(pipe, buffer, len < sizeof buffer ? len : sizeof buffer, flags);
  if (looked <= 0) {
    return looked;
  }
  struct iovec iov = {buffer, (size_t)looked};
  ssize_t sent = ws_writing_send(to, connection, &iov, 1, 0);
  for (ssize_t taken = 0; taken < sent;) {
    ssize_t got = REAL(read)(pipe, buffer, (size_t)(sent - taken));
    if (got <= 0) {
      break;
    }
    taken += got;
  }
  return sent;
}

ssize_t ws_transfer_to_pipe(int from, struct ws_connection *connection, int pipe, size_t len, unsigned flags) {
  /* A pipe that polls writable takes this much whole (pipe(7)). */
  uint8_t buffer[PIPE_BUF];
  bool waits = !(flags & SPLICE_F_NONBLOCK);
  struct pollfd writable = {.fd = pipe, .events = POLLOUT};
  int ready = REAL(poll)(&writable, 1, waits ? -1 : 0);
  if (ready <= 0) {
    errno = ready == 0 ? EAGAIN : errno;
    return -1;
  }
  struct iovec iov = {buffer, len < sizeof buffer ? len : sizeof buffer};
  ssize_t seen = ws_reading_receive(from, connection, &iov, 1, MSG_PEEK);
  if (seen < 0) {
    return seen;
  }
  if (seen == 0) {
    return ws_reading_receive(from, connection, &iov, 1, MSG_DONTWAIT);
  }
  /* Another writer may have been faster. */
  ssize_t written = REAL(write)(pipe, buffer, (size_t)seen);
  iov.iov_len = written > 0 ? (size_t)written : 0;
  return written > 0 ? ws_reading_receive(from, connection, &iov, 1, MSG_WAITALL) : written;
}
