/* One connection at a time, read and written with the calls that the words name, into buffers that end at a guard page:
 *   in=read|recv|recvfrom|recvmsg|readv|waitall|peek|fionread|nowait|splice
 *   out=write|send|sendto|sendmsg|writev|more|sendfile|splice
 *   size=N,…  bytes asked for at once, a number for each connection in turn; 0 goes through 2, 3, … 300, 1 again and again
 * With the word "whole" every read but the last must give as many bytes as were asked for, as it does over plain TCP on
 * one machine when each message is as long and comes alone. The vectors are of uneven pieces, some of them empty. errno must stay what it was whenever a call succeeds. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "guarded.h"
#include "server.h"

#define LONGEST 65536
#define PIECES 5

struct call {
  const char *name;
  ssize_t (*run)(int fd, char *buffer, size_t len);
};

static char *pieces[PIECES]; /* each LONGEST bytes, up to a guard page */
static char *whole;
static int through[2]; /* a pipe, empty between calls */

/* Cuts len into 1, 0, a third, 0 and the rest. */
static void cut(struct iovec *vector, size_t len) {
  size_t first = len > 0, third = (len - first) / 3;
  size_t lengths[PIECES] = {first, 0, third, 0, len - first - third};
  for (size_t i = 0; i < PIECES; i++) {
    vector[i].iov_len = lengths[i];
    vector[i].iov_base = pieces[i] + LONGEST - lengths[i];
  }
}

static void gather(const struct iovec *vector, char *to) {
  for (size_t i = 0; i < PIECES; i++) {
    memcpy(to, vector[i].iov_base, vector[i].iov_len);
    to += vector[i].iov_len;
  }
}

static void scatter(const struct iovec *vector, const char *from) {
  for (size_t i = 0; i < PIECES; i++) {
    memcpy(vector[i].iov_base, from, vector[i].iov_len);
    from += vector[i].iov_len;
  }
}

static ssize_t in_read(int fd, char *buffer, size_t len) {
  return read(fd, buffer, len);
}
static ssize_t in_recv(int fd, char *buffer, size_t len) {
  return recv(fd, buffer, len, 0);
}
static ssize_t in_recvfrom(int fd, char *buffer, size_t len) {
  struct sockaddr_storage from;
  socklen_t from_len = sizeof from;
  return recvfrom(fd, buffer, len, 0, (struct sockaddr *)&from, &from_len);
}
static ssize_t in_readv(int fd, char *buffer, size_t len) {
  struct iovec vector[PIECES];
  cut(vector, len);
  ssize_t n = readv(fd, vector, PIECES);
  gather(vector, buffer);
  return n;
}
static ssize_t in_recvmsg(int fd, char *buffer, size_t len) {
  struct iovec vector[PIECES];
  struct msghdr message = {.msg_iov = vector, .msg_iovlen = PIECES};
  cut(vector, len);
  ssize_t n = recvmsg(fd, &message, 0);
  gather(vector, buffer);
  return n;
}
static ssize_t in_waitall(int fd, char *buffer, size_t len) {
  ssize_t n = recv(fd, buffer, len, MSG_WAITALL);
  if (n > 0 && (size_t)n < len && recv(fd, buffer, 1, 0) != 0) server_fail("MSG_WAITALL was short");
  return n;
}

/* Peeks twice, then reads what was seen; all three must agree. */
static ssize_t in_peek(int fd, char *buffer, size_t len) {
  static char again[LONGEST];
  ssize_t seen = recv(fd, buffer, len, MSG_PEEK);
  if (seen <= 0) return seen;
  if ((size_t)seen > len) server_fail("MSG_PEEK saw more than was asked for");
  ssize_t second = recv(fd, again, (size_t)seen, MSG_PEEK | MSG_DONTWAIT);
  if (second <= 0 || memcmp(buffer, again, (size_t)second) != 0) server_fail("the second MSG_PEEK differs");
  for (ssize_t got = 0; got < seen;) {
    ssize_t n = read(fd, again + got, (size_t)(seen - got));
    if (n <= 0) server_fail("what MSG_PEEK saw is not there to read");
    got += n;
  }
  if (memcmp(buffer, again, (size_t)seen) != 0) server_fail("MSG_PEEK saw other bytes");
  return seen;
}

/* Reads as many bytes as FIONREAD has counted, which must be there. */
static ssize_t in_fionread(int fd, char *buffer, size_t len) {
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  int count = 0;
  if (poll(&wait, 1, -1) != 1) server_fail("poll");
  if (ioctl(fd, FIONREAD, &count) < 0) server_fail("FIONREAD");
  if (count < 0) server_fail("FIONREAD is negative");
  if (count == 0) {
    ssize_t n = recv(fd, buffer, len, MSG_DONTWAIT);
    if (n > 0) server_fail("FIONREAD counted nothing, yet there is something");
    if (n < 0 && errno == EAGAIN) server_fail("poll and FIONREAD disagree");
    return n;
  }
  if ((size_t)count > len) count = (int)len;
  ssize_t n = recv(fd, buffer, (size_t)count, MSG_DONTWAIT | MSG_WAITALL);
  if (n != count) server_fail("FIONREAD counted bytes that are not there");
  return n;
}

/* After poll(2) has said readable, a read that may not wait must not find nothing. */
static ssize_t in_nowait(int fd, char *buffer, size_t len) {
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  if (poll(&wait, 1, -1) != 1) server_fail("poll");
  ssize_t n = recv(fd, buffer, len, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) server_fail("poll said readable and there is nothing");
  return n;
}

static ssize_t in_splice(int fd, char *buffer, size_t len) {
  ssize_t n = splice(fd, NULL, through[1], NULL, len, 0);
  for (ssize_t got = 0; got < n;)
    got += read(through[0], buffer + got, (size_t)(n - got));
  return n;
}

static ssize_t out_splice(int fd, char *buffer, size_t len) {
  char left[LONGEST];
  ssize_t held = write(through[1], buffer, len < 4096 ? len : 4096);
  ssize_t n = splice(through[0], NULL, fd, NULL, (size_t)held, 0);
  if (n < held && read(through[0], left, sizeof left) != held - (n < 0 ? 0 : n)) server_fail("splice lost bytes");
  return n;
}
static ssize_t out_sendfile(int fd, char *buffer, size_t len) {
  static int file;
  if (file == 0) file = memfd_create("echo", MFD_CLOEXEC);
  off_t offset = 0;
  if (pwrite(file, buffer, len, 0) != (ssize_t)len) server_fail("pwrite");
  return sendfile(fd, file, &offset, len);
}
static ssize_t out_write(int fd, char *buffer, size_t len) {
  return write(fd, buffer, len);
}
static ssize_t out_send(int fd, char *buffer, size_t len) {
  return send(fd, buffer, len, 0);
}
static ssize_t out_more(int fd, char *buffer, size_t len) {
  size_t first = len / 2;
  if (first == 0) return send(fd, buffer, len, MSG_NOSIGNAL);
  return send(fd, buffer, first, MSG_MORE | MSG_NOSIGNAL);
}
static ssize_t out_sendto(int fd, char *buffer, size_t len) {
  return sendto(fd, buffer, len, MSG_NOSIGNAL, NULL, 0);
}
static ssize_t out_writev(int fd, char *buffer, size_t len) {
  struct iovec vector[PIECES];
  cut(vector, len);
  scatter(vector, buffer);
  return writev(fd, vector, PIECES);
}
static ssize_t out_sendmsg(int fd, char *buffer, size_t len) {
  struct iovec vector[PIECES];
  struct msghdr message = {.msg_iov = vector, .msg_iovlen = PIECES};
  cut(vector, len);
  scatter(vector, buffer);
  return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static const struct call calls_in[] = {
    {"read", in_read},       {"recv", in_recv},     {"recvfrom", in_recvfrom},
    {"recvmsg", in_recvmsg}, {"readv", in_readv},   {"waitall", in_waitall},
    {"peek", in_peek},       {"nowait", in_nowait}, {"fionread", in_fionread},
    {"splice", in_splice},   {NULL, NULL},
};

static const struct call calls_out[] = {
    {"write", out_write},       {"send", out_send},     {"sendto", out_sendto},
    {"sendmsg", out_sendmsg},   {"writev", out_writev}, {"more", out_more},
    {"sendfile", out_sendfile}, {"splice", out_splice}, {NULL, NULL},
};

static const struct call *find(const struct call *table, const char *name) {
  for (; table->name; table++)
    if (strcmp(table->name, name) == 0) return table;
  errno = EINVAL;
  server_fail(name);
}

/* Runs the call; a success must leave errno alone. */
static ssize_t checked(const struct call *call, int fd, char *buffer, size_t len) {
  errno = EDOM;
  ssize_t n = call->run(fd, buffer, len);
  if (n > 0 && (size_t)n > len) server_fail("more than was asked for");
  if (n >= 0 && errno != EDOM) server_fail("errno was touched");
  return n;
}

static void echo(int fd, size_t size, const struct call *in, const struct call *out) {
  size_t turn = 0;
  for (;;) {
    size_t len = size ? size : ++turn % 300 + 1;
    char *buffer = whole + LONGEST - len;
    ssize_t n = checked(in, fd, buffer, len);
    if (n <= 0) {
      server_ended(n);
      return;
    }
    if (server_word("whole") && (size_t)n != len) server_fail("a message has come in parts");
    for (ssize_t sent = 0; sent < n;) {
      ssize_t m = checked(out, fd, buffer + sent, (size_t)(n - sent));
      if (m <= 0) {
        server_ended(m);
        return;
      }
      sent += m;
    }
  }
}

/* The number at *next, which moves on to the one after it, or back to the first. */
static size_t next_size(const char **next, const char *first) {
  char *end;
  unsigned long size = strtoul(*next, &end, 10);
  if (size > LONGEST) server_fail("size");
  *next = *end == ',' ? end + 1 : first;
  return size;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  const struct call *in = find(calls_in, server_value("in", "read"));
  const struct call *out = find(calls_out, server_value("out", "write"));
  const char *sizes = server_value("size", "65536");
  const char *next = sizes;
  for (size_t i = 0; i < PIECES; i++)
    pieces[i] = guarded_bytes(LONGEST);
  whole = guarded_bytes(LONGEST);
  if (pipe(through) != 0) server_fail("pipe");
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    echo(fd, next_size(&next, sizes), in, out);
    close(fd);
  }
}
